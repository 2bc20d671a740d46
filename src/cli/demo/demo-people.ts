import type { SimulatedWorld } from './simulated-world.ts';

/** Servers of the demo's people, with how many of them live there. Reserved names: none of them can ever be real. */
const SERVERS: readonly { host: string; software: string; people: number }[] = [
  { host: 'mastodon.example', software: 'mastodon', people: 44 },
  { host: 'piaille.example', software: 'mastodon', people: 36 },
  { host: 'misskey.example', software: 'misskey', people: 18 },
  { host: 'toots.example', software: 'mastodon', people: 14 },
  { host: 'pleroma.example', software: 'pleroma', people: 9 },
  { host: 'pixels.example', software: 'pixelfed', people: 8 },
  { host: 'friendica.example', software: 'friendica', people: 7 },
  { host: 'gotosocial.example', software: 'gotosocial', people: 6 },
  { host: 'firefish.example', software: 'firefish', people: 5 },
  { host: 'videos.example', software: 'peertube', people: 4 },
  { host: 'blog.example', software: 'wordpress', people: 2 },
];

const NAMES = [
  ...['Ada', 'Agnès', 'Alba', 'Amina', 'Aurèle', 'Ben', 'Bérénice', 'Camille', 'Chloé', 'Colin', 'Dinah', 'Émile'],
  ...['Esther', 'Fanny', 'Farid', 'Gaël', 'Grace', 'Hana', 'Hugo', 'Inès', 'Ivo', 'Jeanne', 'Joss', 'Kenza', 'Léa'],
  ...['Liam', 'Lou', 'Maëlle', 'Malik', 'Mona', 'Noé', 'Nora', 'Odile', 'Oscar', 'Paul', 'Rose', 'Sacha', 'Salomé'],
  ...['Tariq', 'Théo', 'Uma', 'Violette', 'Yann', 'Zoé'],
];

/** Whoever tries the demo pledges in one of these names. */
export const VISITORS = { fr: 'vous@piaille.example', en: 'you@mastodon.example' } as const;

/** Adds the demo's people to the world; their handles, in an order that mixes the servers. */
export function addPeople(world: SimulatedWorld): string[] {
  for (const { host, software } of SERVERS) world.addServer({ host, software });
  world.addAccount({ handle: VISITORS.fr, displayName: 'Vous' });
  world.addAccount({ handle: VISITORS.en, displayName: 'You' });
  const people = SERVERS.flatMap(({ host, people: many }) =>
    NAMES.slice(0, many).map((displayName, index) => ({ displayName, handle: `${plain(displayName)}@${host}`, place: (index + 0.5) / many })),
  ).sort((a, b) => a.place - b.place);
  for (const { handle, displayName } of people) world.addAccount({ handle, displayName });
  return people.map(({ handle }) => handle);
}

function plain(name: string): string {
  return name.normalize('NFD').replace(/[^a-z]/gi, '').toLowerCase();
}
