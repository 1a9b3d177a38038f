namespace NexRender.Listener.Api;

/// <summary>Handles the requests of one route.</summary>
internal delegate ValueTask<ApiResponse> Handler(ApiRequest request);
