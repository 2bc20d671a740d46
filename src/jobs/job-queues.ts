import { MAIL_QUEUE } from '../campaigns/campaign-mail.service.ts';
import { TAKE_READING_QUEUE } from '../readings/reading-schedule.service.ts';

/** Every queue, which any process may send to and workers empty. */
export const JOB_QUEUES = [TAKE_READING_QUEUE, MAIL_QUEUE] as const;
