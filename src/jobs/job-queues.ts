import { MILESTONES_QUEUE } from '../campaigns/campaign-progress.service.ts';
import { WEBHOOK_QUEUE } from '../campaigns/webhooks.service.ts';
import { MAIL_QUEUE } from '../campaigns/campaign-mail.service.ts';
import { CODE_MAIL_QUEUE } from '../identity/email-codes.service.ts';
import { REMINDER_QUEUE } from '../identity/reminders.service.ts';
import { OPENING_MAIL_QUEUE } from '../pledges/waves.service.ts';
import { DIGEST_QUEUE } from '../posts/digests.service.ts';
import { NEW_FOLLOWERS_QUEUE } from '../readings/new-followers.service.ts';
import { PICTURES_QUEUE } from '../posts/pictures.service.ts';
import { READINGS_CHANGED_QUEUE } from '../readings/reading-writer.service.ts';

/** Every queue, which any process may send to and workers empty. */
export const JOB_QUEUES = [
  READINGS_CHANGED_QUEUE,
  NEW_FOLLOWERS_QUEUE,
  MILESTONES_QUEUE,
  WEBHOOK_QUEUE,
  MAIL_QUEUE,
  CODE_MAIL_QUEUE,
  REMINDER_QUEUE,
  OPENING_MAIL_QUEUE,
  PICTURES_QUEUE,
  DIGEST_QUEUE,
] as const;
