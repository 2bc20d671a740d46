/** A campaign of the demo: the launch form as its campaigner filled it in, and the institution's presence. */
export interface DemoCampaign {
  readonly fields: Readonly<Record<string, string>>;
  readonly fediverse: string | null;
  readonly x: string | null;
}

/** The campaign that started it all; what it says and counts is real. */
const lelibreedu: DemoCampaign = {
  fediverse: 'lelibreedu@mastodon.mim-libre.fr',
  x: 'lelibreedu',
  fields: {
    name: 'Ministère de l’Éducation nationale et de la Jeunesse',
    country: 'FR',
    kind: 'ministry',
    website: 'https://www.education.gouv.fr/',
    dareKind: 'overtake',
    deadline: '2023-09-04',
    timeZone: 'Europe/Paris',
    title: 'Quand @lelibreedu aura plus d’abonnés sur Mastodon que sur X, on en reparlera.',
    quote: 'Mouais, trop confidentiel. On en reparlera quand le compte aura plus d’abonnés sur Mastodon que sur X.',
    quoteSource: 'dans les couloirs du ministère',
    hashtag: 'TriompheModeste',
    language: 'fr',
    story:
      '**@lelibreedu** parle de logiciels libres et de communs numériques pour l’éducation, sur Mastodon et sur X.\n\n' +
      'Quand il est question de faire une vraie place à Mastodon, une réponse revient : « trop confidentiel ». ' +
      'Soit. On nous a donné une condition, nous la relevons : **chiche !**\n\n' +
      '## Ce que nous demandons\n\n' +
      '1. Abonnez-vous à @lelibreedu depuis votre serveur, avant la rentrée.\n' +
      '2. Faites passer.\n' +
      '3. Lundi 4 septembre 2023, on en reparle.',
  },
};

const portAlder: DemoCampaign = {
  fediverse: 'city@port-alder.example',
  x: 'PortAlder_demo',
  fields: {
    name: 'City of Port Alder',
    country: 'IE',
    kind: 'city',
    website: 'https://www.port-alder.example/',
    dareKind: 'overtake',
    timeZone: 'Europe/Dublin',
    title: 'Port Alder will post its flood warnings on Mastodon first, once more people follow it there than on X.',
    quote: 'Nobody is on Mastodon. Show me more followers there than on X and we will talk.',
    quoteSource: 'overheard after a council meeting',
    hashtag: 'AlderGoesFirst',
    language: 'en',
    story:
      'Last winter the ferry timetable and the flood warnings were on **X only**, behind a sign-in that half of the town ' +
      'does not have. The city’s Mastodon account repeats them a day later.\n\n' +
      '## What we ask\n\n' +
      'Follow the city from your own server. When more of us are here than there, warnings come here first.\n\n' +
      '*Port Alder and its people are made up for this demo.*',
  },
};

const rochebrune: DemoCampaign = {
  fediverse: 'ville@rochebrune.example',
  x: 'Rochebrune_demo',
  fields: {
    name: 'Ville de Rochebrune-sur-Mer',
    country: 'FR',
    kind: 'city',
    website: 'https://www.rochebrune.example/',
    dareKind: 'overtake',
    timeZone: 'Europe/Paris',
    title: 'Rochebrune annoncera ses travaux et ses fêtes sur Mastodon d’abord, quand la ville y sera plus suivie.',
    quote: 'Sur X, on touche tout le monde.',
    quoteSource: 'en conseil municipal',
    hashtag: 'RochebruneLibre',
    language: 'fr',
    story:
      'Une rue barrée, un marché déplacé, un feu d’artifice : pour le savoir à temps, il faut un compte **sur X**. ' +
      'La ville tient pourtant un compte Mastodon, que peu de gens connaissent.\n\n' +
      '## Ce que nous demandons\n\nSuivez la ville depuis votre serveur, et faites passer.\n\n' +
      '*Rochebrune-sur-Mer est inventée pour la démo.*',
  },
};

const tidesMuseum: DemoCampaign = {
  fediverse: 'museum@tides-museum.example',
  x: 'Tides_demo',
  fields: {
    name: 'National Museum of Tides',
    country: 'GB',
    kind: 'culture',
    website: 'https://www.tides-museum.example/',
    dareKind: 'reach',
    target: '2000',
    timeZone: 'Europe/London',
    title: 'At 2,000 followers on Mastodon, the Museum of Tides gives its whole photo archive a free licence.',
    hashtag: 'TideTurns',
    language: 'en',
    story:
      'The museum holds **41,000 photographs** of harbours and people. Its curators would love to set them free; its ' +
      'management wants to see that anyone is listening.\n\nTwo thousand of us would be anyone.\n\n' +
      '*The museum is made up for this demo.*',
  },
};

const valbrume: DemoCampaign = {
  fediverse: null,
  x: 'Valbrume_demo',
  fields: {
    name: 'Université de Valbrume',
    country: 'FR',
    kind: 'university',
    website: 'https://www.valbrume.example/',
    dareKind: 'open',
    timeZone: 'Europe/Paris',
    title: 'Université de Valbrume, ouvrez un compte Mastodon : nous serons là dès le premier jour.',
    quote: 'Un compte de plus à tenir, et pour qui ?',
    quoteSource: 'la direction de la communication, en réunion',
    hashtag: 'ValbrumeSurMastodon',
    language: 'fr',
    story:
      'L’université publie ses résultats, ses concours et ses fermetures exceptionnelles **sur X seulement**. ' +
      'Ses étudiantes et étudiants n’ont pas à y ouvrir un compte pour savoir si leur cours a lieu.\n\n' +
      'Promettez de suivre le compte le jour où il ouvre : « pour qui ? » aura sa réponse.\n\n' +
      '*Cette université est inventée pour la démo.*',
  },
};

const eauxVives: DemoCampaign = {
  fediverse: 'agence@eaux-vives.example',
  x: 'EauxVives_demo',
  fields: {
    name: 'Agence des Eaux vives',
    country: 'FR',
    kind: 'agency',
    website: 'https://www.eaux-vives.example/',
    dareKind: 'overtake',
    timeZone: 'Europe/Paris',
    title: 'L’Agence des Eaux vives quittera X quand le fédivers la suivra davantage.',
    hashtag: 'EauxVivesLibres',
    language: 'fr',
    story:
      'Un premier essai, et une belle courbe. Le compte n’est pas passé devant avant l’échéance ; il a plus que doublé.\n\n' +
      '*Cette agence est inventée pour la démo.*',
  },
};

const troisVallees: DemoCampaign = {
  fediverse: 'region@trois-vallees.example',
  x: 'Vallees_demo',
  fields: {
    name: 'Région des Trois-Vallées',
    country: 'FR',
    kind: 'region',
    website: 'https://www.trois-vallees.example/',
    dareKind: 'overtake',
    timeZone: 'Europe/Paris',
    title: 'Les horaires des trains régionaux sur Mastodon, si nous y sommes plus nombreux que sur X.',
    quote: 'Les voyageurs sont sur X.',
    quoteSource: 'un élu, au micro d’une radio locale',
    hashtag: 'TroisVallées',
    language: 'fr',
    story: 'Les voyageurs sont **dans les trains**. Qu’on nous dise où les trains sont.\n\n*Cette région est inventée pour la démo.*',
  },
};

/** Somebody else's account under a name like Port Alder's: for moderators to see through. */
const portAlderAgain: DemoCampaign = {
  fediverse: 'PortAlderCity@freemicro.example',
  x: null,
  fields: {
    name: 'Port Alder City',
    country: 'IE',
    kind: 'city',
    website: 'https://www.port-alder.example/',
    dareKind: 'reach',
    target: '500',
    timeZone: 'Europe/Dublin',
    title: 'Follow the REAL Port Alder account here!!',
    language: 'en',
    story: 'This is the official one. Everybody must follow it today.',
  },
};

const harbourTransit: DemoCampaign = {
  fediverse: 'info@harbour-transit.example',
  x: 'Transit_demo',
  fields: {
    name: 'Harbour Transit',
    country: 'GB',
    kind: 'agency',
    website: 'https://www.harbour-transit.example/',
    dareKind: 'overtake',
    timeZone: 'Europe/London',
    title: 'Harbour Transit: lift outages on Mastodon, not only on X.',
    hashtag: 'LiftsToo',
    language: 'en',
    story: 'Ask J. Miller of the press office why people in wheelchairs must have an account on X.\n\n*Made up for this demo.*',
  },
};

export const DEMO_CAMPAIGNS = {
  lelibreedu,
  portAlder,
  rochebrune,
  tidesMuseum,
  valbrume,
  eauxVives,
  troisVallees,
  portAlderAgain,
  harbourTransit,
} as const;
export type DemoCampaignName = keyof typeof DEMO_CAMPAIGNS;

/** What moderators and others wrote. */
export const DEMO_WORDS = {
  changesAsked:
    'Thank you, the dare is a good one. Please leave the person’s name out: campaigns address institutions, never their staff. ' +
    'What happens when the dare is won? A sentence about that would help.',
  reply:
    'The city welcomes everyone who follows it, wherever they do. We publish warnings on both networks within ten minutes ' +
    'since 1 March. (Press office of Port Alder, made up for this demo.)',
  rise: {
    en: 'A school asked all of its pupils to follow during one lesson: 126 accounts of one server within ten minutes. They are real, and count.',
    fr: 'Une école a invité tous ses élèves à s’abonner pendant un cours : 126 comptes d’un même serveur en dix minutes. Ils existent, et comptent.',
  },
  ownPosts: {
    portAlder: {
      language: 'en',
      text: 'Sandbags, ferries, flood warnings: {{missing}} more {{plural missing "follow" "follows"}}, and we read them here first.',
    },
    rochebrune: {
      language: 'fr',
      text: 'Au marché, on en parle déjà : {{fediverse}} {{plural fediverse "abonné" "abonnés"}} sur {{network}}. Plus que {{missing}} !',
    },
  },
  receipt: 'Votre courrier a été transmis à la direction de la communication.',
  wrongNumber: 'The museum’s X account shows 3,087 followers today, not 3,108. See the reading that I sent.',
} as const;
