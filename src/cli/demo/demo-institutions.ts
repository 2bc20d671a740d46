import { DEMO_CAMPAIGNS, type DemoCampaign } from './demo-content.ts';
import type { SimulatedWorld } from './simulated-world.ts';

/** Followers at the demo's start, with a name or without; X as it was last read. */
export const COUNTS = {
  lelibreedu: { fediverse: 5876, x: 5832 },
  portAlder: { fediverse: 1246, x: 1284 },
  rochebrune: { fediverse: 1652, x: 2419 },
  tidesMuseum: { fediverse: 1463, x: 3087 },
  valbrume: { fediverse: 0, x: 18_397 },
  eauxVives: { fediverse: 549, x: 2960 },
  troisVallees: { fediverse: 731, x: 4205 },
  portAlderAgain: { fediverse: 12, x: 0 },
  harbourTransit: { fediverse: 388, x: 9120 },
} as const satisfies Record<keyof typeof DEMO_CAMPAIGNS, { fediverse: number; x: number }>;

/** Servers of institutions; Port Alder's handles carry its own domain, which only lends its name. */
const HOMES: Readonly<Record<string, string>> = { 'port-alder.example': 'social.port-alder.example' };

const NOTES = {
  fr: 'Compte simulé pour la démo de Chiche.',
  en: 'A simulated account, for the demo of Chiche.',
} as const;

/** Adds every institution of the demo to the world, on the fediverse and on a simulated X. */
export function addInstitutions(world: SimulatedWorld): void {
  world.addServer({ host: 'x.com', software: 'x' });
  for (const host of websites()) world.addServer({ host, software: 'website' });
  for (const [name, campaign] of Object.entries(DEMO_CAMPAIGNS)) {
    const { fediverse, x } = COUNTS[name as keyof typeof COUNTS];
    if (campaign.fediverse !== null) addHome(world, campaign.fediverse);
    if (campaign.fediverse !== null) add(world, campaign, campaign.fediverse, fediverse);
    if (campaign.x !== null) add(world, campaign, `${campaign.x}@x.com`, x);
  }
}

/** Of made-up institutions: those that end in `.example` can be nobody's. */
function websites(): Set<string> {
  const hosts = Object.values(DEMO_CAMPAIGNS).map(({ fields }) => new URL(fields['website'] ?? '').host);
  return new Set(hosts.filter((host) => host.endsWith('.example')));
}

function addHome(world: SimulatedWorld, handle: string): void {
  const domain = handle.split('@')[1] ?? '';
  world.addServer({ host: HOMES[domain] ?? domain, software: 'mastodon', accountDomain: domain });
}

/** Only an institution's own account names its website. */
function add(world: SimulatedWorld, campaign: DemoCampaign, handle: string, followers: number): void {
  const { name = '', website = '', language } = campaign.fields;
  const isOwn = campaign !== DEMO_CAMPAIGNS.portAlderAgain;
  world.addAccount({
    handle,
    displayName: name,
    note: NOTES[language === 'fr' ? 'fr' : 'en'],
    followers,
    institution: true,
    fields: isOwn ? [{ name: 'Web', value: website }] : [],
  });
}
