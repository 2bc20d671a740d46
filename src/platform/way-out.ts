/** Mails that whoever gets them can end by one click, by the first part of the address where that is done. */
export type Mailing = 'digest' | 'opening';

/** Ends one kind of mail, for whoever has the token that is in each of them. */
export interface MailingEnd {
  /** Which campaign's mail a token ends; null: it did so already. */
  find(leave: string): Promise<{ title: string } | null>;
  /** No more of it, and the address is forgotten. */
  leave(leave: string): Promise<void>;
}

const WAY_OUT = /^\/(?:digest|opening)\/[^/]+$/;

/**
 * Where a mail is ended: by a button of the page there, or by whoever handles mail, with one `POST` (RFC 8058). The address is in the
 * head of the mail, where mailboxes read it too, and so its token opens nothing else.
 */
export function wayOut(publicUrl: string, mailing: Mailing, leave: string): string {
  return `${publicUrl}/${mailing}/${leave}`;
}

/** Whether it is the path of such an address, which may be sent to from anywhere. */
export function isWayOut(path: string): boolean {
  return WAY_OUT.test(path);
}
