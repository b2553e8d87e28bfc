package com.expensicat.keycloak.token;

import java.net.URI;

/**
 * A request at the API, as the proof of a key names it (RFC 9449 4.2).
 *
 * @param method its method, {@code htm}
 * @param address its address without query and fragment, {@code htu}
 */
public record ApiRequest(String method, URI address) {}
