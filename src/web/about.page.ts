import { translator } from '../platform/text.ts';
import { pageHead, type PageModel, type PageRequest } from '../platform/views.ts';

/** The pages that explain what we keep, and who we are. */
export type AboutTopic = 'privacy' | 'legal';

/** Who runs this server, where the operator says so. */
export type AboutFacts = { readonly contact: string | null };

/** The model of `views/about.hbs`. */
export type AboutView = PageModel & {
  readonly title: string;
  readonly lead: string;
  readonly sections: readonly { readonly id: string; readonly title: string; readonly html: string }[];
};

const SECTIONS: Readonly<Record<AboutTopic, readonly string[]>> = {
  privacy: ['what', 'why', 'long', 'never', 'proof', 'rights', 'others'],
  legal: ['who', 'unofficial', 'content', 'licence', 'hosting'],
};

/** A page of plain explanations, the same for everyone; in `views/about.hbs` whatever the topic. */
export function aboutPage(topic: AboutTopic, facts: AboutFacts, request: PageRequest): AboutView {
  const { t, html } = translator(request.language);
  const contact = facts.contact ?? t('about.noContact');
  const title = t(`about.${topic}.title`);
  const lead = t(`about.${topic}.lead`);
  return {
    head: pageHead({ title, description: lead, canonicalPath: `/about/${topic}` }),
    title,
    lead,
    sections: SECTIONS[topic].map((id) => ({
      id,
      title: t(`about.${topic}.${id}.title`),
      html: html(`about.${topic}.${id}_html`, { contact }),
    })),
  };
}
