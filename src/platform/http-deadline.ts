import type { GuardedHttp, RequestOptions } from './http.ts';

/** The same client for several requests that together may take no longer than the signal allows. */
export function withDeadline(http: GuardedHttp, deadline: AbortSignal): GuardedHttp {
  const until = <Options extends RequestOptions>(options: Options | undefined): Options & { signal: AbortSignal } => {
    const own = options?.signal;
    return { ...(options as Options), signal: own ? AbortSignal.any([own, deadline]) : deadline };
  };
  return {
    getJson: (url, options) => http.getJson(url, until(options)),
    postJson: (url, json, options) => http.postJson(url, json, until(options)),
    postForm: (url, fields, options) => http.postForm(url, fields, until(options)),
    postFile: (url, fields, file, options) => http.postFile(url, fields, file, until(options)),
    getText: (url, options) => http.getText(url, until(options)),
    getBytes: (url, options) => http.getBytes(url, until(options)),
    close: () => http.close(),
  };
}
