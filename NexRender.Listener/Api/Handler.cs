namespace NexRender.Listener.Api;

/// <summary>Answers the requests of one route.</summary>
internal delegate ValueTask<ApiResponse> Handler(ApiRequest request);
