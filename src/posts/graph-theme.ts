/** The colours of Chiche; `public/app.css` declares the same ones as custom properties. */
export const PALETTES = {
  light: {
    paper: '#fbfaf6',
    card: '#ffffff',
    line: '#e3e0d6',
    ink: '#17161f',
    soft: '#5d5a6b',
    violet: '#5b3fd6',
    sun: '#ffb627',
    green: '#0f7b5f',
  },
  dark: {
    paper: '#14131a',
    card: '#1d1b25',
    line: '#33303d',
    ink: '#f3f1fa',
    soft: '#aaa6bb',
    violet: '#a594ff',
    sun: '#ffc24d',
    green: '#4fd1a5',
  },
} as const;

/** `page`: colours come from the page's custom properties. The others stand alone; `auto` follows the reader's system. */
export type GraphTheme = 'page' | 'auto' | 'light' | 'dark';
type Colour = keyof (typeof PALETTES)['light'];
export type Paint = Readonly<Record<Colour, string>>;

const NAMES = Object.keys(PALETTES.light) as Colour[];

/** The value to write in `fill` and `stroke` for each colour of a theme. */
export function paintOf(theme: GraphTheme): Paint {
  if (theme === 'light' || theme === 'dark') return PALETTES[theme];
  // Where a site's policy forbids the picture its own style, it is drawn in the light colours rather than in black.
  const otherwise = (name: Colour): string => (theme === 'auto' ? `,${PALETTES.light[name]}` : '');
  return Object.fromEntries(NAMES.map((name) => [name, `var(--${name}${otherwise(name)})`])) as Paint;
}

/** The style element of a picture that stands alone and follows the reader's system. */
export function themeStyle(theme: GraphTheme): string {
  if (theme !== 'auto') return '';
  return `<style>svg{${declare('light')}}@media(prefers-color-scheme:dark){svg{${declare('dark')}}}</style>`;
}

function declare(theme: 'light' | 'dark'): string {
  return NAMES.map((name) => `--${name}:${PALETTES[theme][name]}`).join(';');
}
