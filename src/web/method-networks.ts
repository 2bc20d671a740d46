import type { Network } from '../networks/network.ts';
import { allNetworks } from '../networks/networks.ts';
import type { Translator } from '../platform/text.ts';

type Cell = { readonly label: string; readonly words: string; readonly calls: readonly string[] };

/** A row for each network that there is a file for. */
export type NetworksTable = {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
};

const COLUMNS = ['asked', 'signed', 'batch', 'hidden', 'suspended'] as const;
type Column = (typeof COLUMNS)[number];

const RANKS: Readonly<Record<string, number>> = { mastodon: 0, activitypub: 2 };

/** Mastodon first, the rest of the fediverse by their names, any other server of it, and then the other networks. */
export function networksTable({ paysForX }: { readonly paysForX: boolean }, text: Translator): NetworksTable {
  const { t } = text;
  const rank = ({ id, fediverse }: Network): number => (fediverse ? (RANKS[id] ?? 1) : 3);
  const networks = allNetworks.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return {
    caption: t('method.networks.caption'),
    columns: ['network', ...COLUMNS].map((column) => t(`method.networks.${column}`)),
    rows: networks.map((network) => {
      const words = network.id === 'x' && !paysForX ? readByPeople(network, text) : readByProgram(network, text);
      const cell = (column: Column): Cell => ({
        label: t(`method.networks.${column}`),
        words: words[column],
        calls: column === 'asked' ? words.calls : [],
      });
      return { name: t(`method.name.${network.id}`), cells: COLUMNS.map(cell) };
    }),
  };
}

type RowWords = Readonly<Record<Column, string>> & { readonly calls: readonly string[] };

function readByProgram({ id, fediverse, home, batch, onceADay, method }: Network, { t }: Translator): RowWords {
  return {
    asked: fediverse ? t('method.server.own') : home({ handle: '', actorUri: null, remoteId: null }),
    calls: method.calls,
    signed: t(`method.signed.${method.signed}`),
    batch: t(onceADay ? 'method.batch.day' : 'method.batch', { n: batch }),
    hidden: t(`method.hidden.${id}`),
    suspended: t(`method.suspended.${method.suspended}`),
  };
}

function readByPeople({ id }: Network, { t }: Translator): RowWords {
  return {
    asked: t('method.server.people'),
    calls: [],
    signed: t('method.signed.people'),
    batch: t('method.batch.people'),
    hidden: t(`method.hidden.${id}`),
    suspended: t('method.suspended.people'),
  };
}
