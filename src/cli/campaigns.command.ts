import { Option, type Command } from 'commander';
import type { Campaign } from '../campaigns/campaign.entity.ts';
import { CampaignOwners } from '../campaigns/campaign-owners.service.ts';
import { CampaignRegister } from '../campaigns/campaign-register.query.ts';
import { CampaignsModule } from '../campaigns/campaigns.module.ts';
import { CampaignsQuery } from '../campaigns/campaigns.query.ts';
import { CAMPAIGN_STATES, type CampaignState } from '../domain/campaign-lifecycle.ts';
import type { Account, AccountState } from '../institutions/account.entity.ts';
import { PledgesModule } from '../pledges/pledges.module.ts';
import { PledgesQuery } from '../pledges/pledges.query.ts';
import { ReadingsQuery, type LatestReading } from '../readings/readings.query.ts';
import type { Act } from './act.ts';
import { withServices, type Services } from './context.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const FEATURES = [CampaignsModule, PledgesModule];

/** `campaigns list|show`: every campaign, whoever may see it. */
export function addCampaignCommands(program: Command, terminal: Terminal, act: Act): void {
  const campaigns = program.command('campaigns').description(terminal.t('campaigns.description'));
  campaigns
    .command('list')
    .description(terminal.t('campaigns.list'))
    .addOption(new Option('--state <state>', terminal.t('campaigns.state_option')).choices(CAMPAIGN_STATES))
    .option('--json', terminal.t('json_option'))
    .action(act((options: { state?: CampaignState; json?: true }) => list(terminal, options)));
  campaigns
    .command('show')
    .description(terminal.t('campaigns.show'))
    .argument('<slug>', terminal.t('campaigns.slug'))
    .option('--json', terminal.t('json_option'))
    .action(act((slug: string, { json }: { json?: true }) => show(terminal, slug, json === true)));
}

type Latest = Map<string, LatestReading>;

function list(terminal: Terminal, { state, json }: { state?: CampaignState; json?: true }): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const campaigns = await services.get(CampaignRegister).list(state ?? null);
    const latest = await latestOf(services, campaigns);
    if (json) terminal.json(campaigns.map((campaign) => factsOf(campaign, latest)));
    else if (campaigns.length === 0) terminal.tell('campaigns.none');
    else {
      const headings = ['slug', 'state', 'dare', 'fediverse', 'x', 'submitted'];
      const rows = campaigns.map((campaign) => rowOf(terminal, campaign, latest));
      terminal.table(headings.map((key) => terminal.t(`campaigns.heading_${key}`)), rows);
    }
    return 0;
  });
}

function show(terminal: Terminal, slug: string, json: boolean): Promise<ExitCode> {
  return withServices(terminal, FEATURES, async (services) => {
    const campaign = await services.get(CampaignRegister).bySlug(slug);
    if (campaign === null) return terminal.fail('campaigns.unknown', { slug });
    const whole = await wholeOf(services, campaign);
    if (json) terminal.json(whole);
    else for (const line of linesOf(terminal, campaign, whole)) terminal.print(line);
    return 0;
  });
}

function latestOf(services: Services, campaigns: readonly Campaign[]): Promise<Latest> {
  const accounts = campaigns.flatMap(({ fediverseAccount, xAccount }) => [fediverseAccount, xAccount]);
  return services.get(ReadingsQuery).latest(accounts.flatMap((account) => (account === null ? [] : [account.id])));
}

/** A campaign for programs. */
function factsOf(campaign: Campaign, latest: Latest) {
  const { slug, title, language, state, dare, deadline, submittedAt, launchedAt, endedAt } = campaign;
  return {
    slug,
    title,
    language,
    state,
    hidden: campaign.hiddenAt !== null,
    dare,
    institution: { name: campaign.institution.name, country: campaign.institution.country },
    fediverse: accountFacts(campaign.fediverseAccount, latest),
    x: accountFacts(campaign.xAccount, latest),
    deadline,
    submittedAt,
    launchedAt,
    endedAt,
  };
}

function accountFacts(account: Account | null, latest: Latest) {
  if (account === null) return null;
  const { network, handle, state, newHandle, triedAt, nextReadingAt, failures, lastFailure } = account;
  const reading = latest.get(account.id);
  const followers = reading === undefined ? null : { count: reading.count, readAt: reading.at, source: reading.source };
  return { network, handle, state, newHandle, followers, triedAt, nextReadingAt, failures, lastFailure };
}

async function wholeOf(services: Services, campaign: Campaign) {
  const [latest, numbers, milestones, owners] = await Promise.all([
    latestOf(services, [campaign]),
    services.get(PledgesQuery).numbers([campaign.id]),
    services.get(CampaignsQuery).milestones(campaign.id),
    services.get(CampaignOwners).count(campaign.id),
  ]);
  return {
    ...factsOf(campaign, latest),
    reviewNote: campaign.reviewNote,
    owners,
    pledges: numbers.get(campaign.id) ?? null,
    milestones: milestones.map(({ kind, at, value }) => ({ kind, at, value })),
    page: `${services.platform.config.publicUrl}/c/${campaign.slug}`,
  };
}

function rowOf(terminal: Terminal, campaign: Campaign, latest: Latest): string[] {
  const count = (account: Account | null): string => {
    const reading = account === null ? undefined : latest.get(account.id);
    return reading === undefined ? '–' : terminal.text.number(reading.count);
  };
  return [
    campaign.slug,
    stateOf(terminal, campaign),
    dareOf(terminal, campaign),
    count(campaign.fediverseAccount),
    count(campaign.xAccount),
    terminal.text.date(campaign.submittedAt, 'dayYear', campaign.timeZone),
  ];
}

function stateOf(terminal: Terminal, { state, hiddenAt }: Campaign): string {
  const name = terminal.t(`campaigns.state_${state}`);
  return hiddenAt === null ? name : terminal.t('campaigns.hidden', { state: name });
}

function dareOf(terminal: Terminal, { dare }: Campaign): string {
  return terminal.t(`campaigns.dare_${dare.kind}`, { target: dare.kind === 'reach' ? dare.target : 0 });
}

/** What became of an account; only `moved` may come without the place that it went to. */
function stateWords(terminal: Terminal, { state, newHandle }: { state: AccountState; newHandle: string | null }): string {
  const key = state === 'moved' && newHandle === null ? 'moved-away' : state;
  return terminal.text.t(`account-states.${key}`, { handle: `@${newHandle ?? ''}` });
}

function linesOf(terminal: Terminal, campaign: Campaign, whole: Awaited<ReturnType<typeof wholeOf>>): string[] {
  const moment = (at: Date | null): string => (at === null ? '–' : terminal.text.date(at, 'momentYear', campaign.timeZone));
  const account = (facts: ReturnType<typeof accountFacts>): string => {
    if (facts === null) return '–';
    const { followers } = facts;
    const count = followers === null ? '–' : `${terminal.text.number(followers.count)} (${moment(followers.readAt)})`;
    const trouble = facts.state === 'ok' ? [] : [stateWords(terminal, facts)];
    return [`@${facts.handle}`, count, ...trouble].join(' · ');
  };
  const { total, verified, kept } = whole.pledges ?? { total: 0, verified: 0, kept: 0 };
  const fields: [string, string][] = [
    ['page', whole.page],
    ['state', stateOf(terminal, campaign)],
    ['dare', dareOf(terminal, campaign)],
    ['institution', `${campaign.institution.name} (${campaign.institution.country})`],
    ['fediverse', account(whole.fediverse)],
    ['x', account(whole.x)],
    ['submitted', moment(campaign.submittedAt)],
    ['launched', moment(campaign.launchedAt)],
    ['deadline', moment(campaign.deadline)],
    ['ended', moment(campaign.endedAt)],
    ['owners', terminal.text.number(whole.owners)],
    ['pledges', terminal.t('campaigns.pledges', { total, verified, kept })],
    ...(campaign.reviewNote === null ? [] : [['note', campaign.reviewNote] as [string, string]]),
    ...whole.milestones.map(({ kind, at }): [string, string] => ['milestone', `${moment(at)} · ${terminal.text.t(`milestones.${kind}`)}`]),
  ];
  const names = fields.map(([key]) => terminal.t(`campaigns.heading_${key}`));
  const width = Math.max(...names.map((name) => name.length));
  return [campaign.title, ...fields.map(([, value], index) => `  ${(names[index] ?? '').padEnd(width)}  ${value}`)];
}
