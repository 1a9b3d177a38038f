namespace NexRender.Listener.Api.Access;

/// <summary>A kind of secret and the routes that it allows; each role may use the routes of those before it.</summary>
internal enum Role
{
    /// <summary>Reads jobs and what the farm does; changes nothing.</summary>
    Read,

    /// <summary>Creates jobs and batches.</summary>
    Submit,

    /// <summary>Uses every route, as workers must.</summary>
    Full,
}
