/** A drawing brings its style along, and may load, run and be framed by nothing. */
export const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
