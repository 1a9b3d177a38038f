using System.Net;

namespace NexRender.Listener.Http.Responses;

/// <summary>The response to a request whose handling has failed.</summary>
internal static class FailureResponse
{
    /// <summary>Ends an exchange that has failed, with 500 if nothing was sent yet.</summary>
    // Only the status can still be set; an abort would send the default of 200. On Windows it would send nothing. Whatever fails here, the
    // exchange must end: one that is neither answered nor closed would stay for as long as its client does.
    public static void Send(HttpListenerContext context)
    {
        try
        {
            context.Response.KeepAlive = false;
            context.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
            if (!OperatingSystem.IsWindows()) return;
            context.Response.ContentLength64 = 0;
            context.Response.Close();
        }
        catch (Exception)
        {
            // The response has begun already, or its headers cannot be sent; the connection is closed below.
        }
        finally
        {
            Abort(context);
        }
    }

    private static void Abort(HttpListenerContext context)
    {
        try
        {
            context.Response.Abort();
        }
        catch (Exception e) when (Exchange.IsDisconnect(e))
        {
            // It had ended already.
        }
    }
}
