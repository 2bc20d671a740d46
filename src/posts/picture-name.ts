import { POST_LANGUAGES, type PostLanguage } from '../platform/text.ts';

/** `card` is what a link shows: the score, or the victory once there is one. */
export const PICTURE_KINDS = ['card', 'graph', 'countdown', 'victory'] as const;
export type PictureKind = (typeof PICTURE_KINDS)[number];

/** In pixels: for link previews, and for networks that show squares. */
export const PICTURE_SIZES = { wide: { width: 1200, height: 630 }, square: { width: 1080, height: 1080 } } as const;
export type PictureSize = keyof typeof PICTURE_SIZES;
export type PictureTheme = 'light' | 'dark';
export type PictureFormat = 'png' | 'svg';

/** One of the pictures of a campaign. */
export type Picture = {
  readonly kind: PictureKind;
  readonly language: PostLanguage;
  readonly size: PictureSize;
  readonly theme: PictureTheme;
  readonly format: PictureFormat;
};

const KEY = new RegExp(`^(${PICTURE_KINDS.join('|')})-(${POST_LANGUAGES.join('|')})(-square)?(-dark)?\\.(png|svg)$`);
/** Twelve digits of what is shown, and three of the days that are left where a picture counts them. */
const VERSION = /-[0-9a-f]{12}(?:[0-9a-f]{3})?(?=\.)/;

/** The file name of a version of a picture: `card-fr-0123456789ab.png`, `graph-en-square-dark-0123456789ab.svg`. */
export function pictureName(picture: Picture, version: string): string {
  return pictureKey(picture).replace('.', `-${version}.`);
}

/** What a picture is called whatever its version: `graph-en-square-dark.svg`. */
export function pictureKey({ kind, language, size, theme, format }: Picture): string {
  return `${kind}-${language}${size === 'square' ? '-square' : ''}${theme === 'dark' ? '-dark' : ''}.${format}`;
}

/** The picture that a file name asks for, whatever its version; null: no picture has such a name. */
export function parsePictureName(name: string): Picture | null {
  return VERSION.test(name) ? parsePictureKey(name.replace(VERSION, '')) : null;
}

/** The picture that is called so by {@link pictureKey}; null: none is. */
export function parsePictureKey(key: string): Picture | null {
  const [, kind, language, square, dark, format] = KEY.exec(key) ?? [];
  if (kind === undefined) return null;
  return {
    kind: kind as PictureKind,
    language: language as PostLanguage,
    size: square === undefined ? 'wide' : 'square',
    theme: dark === undefined ? 'light' : 'dark',
    format: format as PictureFormat,
  };
}

/** What a link shows, in a language. */
export function linkPicture(language: PostLanguage): Picture {
  return { kind: 'card', language, size: 'wide', theme: 'light', format: 'png' };
}
