package com.expensicat.keycloak.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A body whose length nobody has declared. It is read as a whole when its first byte is asked for,
 * so that whoever decodes it gets all of it or nothing.
 */
final class BoundedBody extends InputStream {

  private final InputStream source;
  private InputStream body;

  BoundedBody(InputStream source) {
    this.source = source;
  }

  /** Throws {@link BodyLimitFilter#tooLarge} where it has more bytes. */
  private InputStream body() throws IOException {
    if (body == null) {
      byte[] bytes = source.readNBytes(BodyLimitFilter.LARGEST_BODY + 1);
      if (bytes.length > BodyLimitFilter.LARGEST_BODY) {
        throw BodyLimitFilter.tooLarge();
      }
      body = new ByteArrayInputStream(bytes);
    }
    return body;
  }

  @Override
  public int read() throws IOException {
    return body().read();
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return body().read(buffer, offset, length);
  }
}
