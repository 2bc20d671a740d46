import { Agent, DecoratorHandler, type Dispatcher } from 'undici';
import { ForbiddenAddress, guardedConnector, type Lookup, type PrivateNetwork } from './http-connector.ts';

const TIMEOUT_MILLISECONDS = 20_000;
const MOST_BYTES = 1_000_000;
const CONNECTIONS_PER_ORIGIN = 2;

/**
 * The way out for libraries that ask by `fetch` (masto): the same connector as the guarded client, over HTTPS alone, with a
 * bounded body. A compressed answer is refused, since `fetch` would unpack it without a bound; whoever uses it sends
 * `accept-encoding: identity` and follows no redirect.
 */
export function createGuardedDispatcher({ privateNetwork, lookup }: { privateNetwork: PrivateNetwork; lookup?: Lookup }): Dispatcher {
  const agent = new Agent({
    connect: guardedConnector(privateNetwork, lookup, TIMEOUT_MILLISECONDS),
    connections: CONNECTIONS_PER_ORIGIN,
    headersTimeout: TIMEOUT_MILLISECONDS,
    bodyTimeout: TIMEOUT_MILLISECONDS,
    maxResponseSize: MOST_BYTES,
  });
  return agent.compose((dispatch) => (options, handler) => {
    if (!String(options.origin).startsWith('https://')) throw new ForbiddenAddress();
    return dispatch(options, new PlainAnswer(handler));
  });
}

type ResponseStart = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>;

// Its types leave out the methods that it has.
const Decorator = DecoratorHandler as unknown as new (handler: Dispatcher.DispatchHandler) => { onResponseStart(...given: ResponseStart): void };

/** Lets through what is not compressed. */
class PlainAnswer extends Decorator {
  override onResponseStart(...given: ResponseStart): void {
    const [controller, , headers] = given;
    const coding = headers['content-encoding'];
    if (coding !== undefined && coding !== 'identity') controller.abort(new CompressedAnswer());
    else super.onResponseStart(...given);
  }
}

class CompressedAnswer extends Error {
  readonly code = 'COMPRESSED_ANSWER'; // as every error of a socket has one
}
