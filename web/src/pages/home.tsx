import { Anchor, Group, Paper, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { type Item, useList, useRead } from '../api/hooks'
import { useIdle } from '../idle'
import { useLastVisit } from '../last-visit'
import { TextLink } from '../ui/link'
import { Empty, Loaded, Page, Section } from '../ui/page'
import { hasRole, useWho } from '../who'
import { useNames } from '../words/names'
import { useFormats, useWords, words } from '../words/words'

const texts = words({
  nl: {
    title: 'Dag, {name}',
    lead: 'Dit wacht op u, en dit gebeurde er met uw gegevens.',
    waits: 'Wacht op u',
    nothing: 'Er wacht niets op u.',
    requests: '{n, plural, one {# verzoek om uw gegevens} other {# verzoeken om uw gegevens}}',
    from: 'van {names}',
    to: 'aan {names}',
    expiring: '{n, plural, one {# toestemming loopt bijna af} other {# toestemmingen lopen bijna af}}',
    corrections:
      '{n, plural, one {# voorstel om gegevens te verbeteren} other {# voorstellen om gegevens te verbeteren}}',
    policy:
      '{n, plural, one {# versie van de TTP-policy om te aanvaarden} other {# versies van de TTP-policy om te aanvaarden}}',
    messages: '{n, plural, one {# bericht wacht op uw antwoord} other {# berichten wachten op uw antwoord}}',
    undelivered: '{n, plural, one {# bericht kwam nog niet aan} other {# berichten kwamen nog niet aan}}',
    since: 'Sinds uw vorige bezoek, {moment}',
    quiet: 'Er keek niemand, en er kwam niets binnen.',
    looks_since:
      '{n, plural, one {# keer keek er iemand naar uw gegevens} other {# keer keek er iemand naar uw gegevens}}',
    messages_since: '{n, plural, one {# nieuw bericht} other {# nieuwe berichten}}',
    unread: '{n, plural, one {# uitnodiging vraagt aandacht} other {# uitnodigingen vragen aandacht}}',
    looked: 'Wie keek er het laatst',
    nobody: 'Nog niemand keek naar uw gegevens.',
    all: 'Alles bekijken',
    offers: '{n, plural, one {# bewijs wordt u aangeboden} other {# bewijzen worden u aangeboden}}',
    queue: '{n, plural, one {# aanmelding in de wachtrij} other {# aanmeldingen in de wachtrij}}',
  },
  en: {
    title: 'Hello, {name}',
    lead: 'This waits for you, and this happened with your data.',
    waits: 'Waits for you',
    nothing: 'Nothing waits for you.',
    requests: '{n, plural, one {# request for your data} other {# requests for your data}}',
    from: 'from {names}',
    to: 'to {names}',
    expiring: '{n, plural, one {# grant ends soon} other {# grants end soon}}',
    corrections: '{n, plural, one {# proposal to correct data} other {# proposals to correct data}}',
    policy:
      '{n, plural, one {# version of the TTP policy to accept} other {# versions of the TTP policy to accept}}',
    messages: '{n, plural, one {# message waits for your answer} other {# messages wait for your answer}}',
    undelivered: '{n, plural, one {# message did not arrive yet} other {# messages did not arrive yet}}',
    since: 'Since your last visit, {moment}',
    quiet: 'Nobody looked, and nothing came in.',
    looks_since:
      '{n, plural, one {somebody looked at your data once} other {somebody looked at your data # times}}',
    messages_since: '{n, plural, one {# new message} other {# new messages}}',
    unread: '{n, plural, one {# invitation needs attention} other {# invitations need attention}}',
    looked: 'Who looked last',
    nobody: 'Nobody looked at your data yet.',
    all: 'See all',
    offers: '{n, plural, one {# credential is offered to you} other {# credentials are offered to you}}',
    queue: '{n, plural, one {# registration in the queue} other {# registrations in the queue}}',
  },
})

export default function Home() {
  const say = useWords(texts)
  const who = useWho()
  const invites = hasRole(who, 'coordinator', 'administrator')
  const desk = hasRole(who, 'servicedesk')
  const requests = useList('access.list', { state: 'pending', limit: 50 })
  const corrections = useList('corrections.list', { state: 'open', limit: 50 })
  const offers = useList('wallet.offers.list', { state: 'waiting', limit: 50 })
  const expiring = useRead('access.expiring', {})
  const board = useRead('invitations.board', {}, invites)
  const queue = useRead('registrations.queue', {}, desk)
  const policy = useRead('policy.pending', {})
  // What is announced and nobody asks for yet waits for nobody.
  const policies = (policy.data?.items ?? []).filter(
    ({ party, deadline, effective }) =>
      (party === 'you' || hasRole(who, 'administrator')) &&
      (deadline !== null || Date.parse(effective) <= Date.now()),
  )
  // Asked once what matters most is there: a phone that does all at once shows all of it late.
  const isIdle = useIdle()
  const isThere = isIdle && requests.items !== undefined
  const messages = useList('messages.list', { waiting: true, limit: 50 }, isThere)
  const late = useList('notices.list', { state: 'waiting', limit: 50 }, isThere)
  const silent = useList('notices.list', { unanswered: true, limit: 50 }, isThere)

  const asked = requests.items ?? []
  const undelivered = [
    // What is on its way for the first time is not late yet.
    ...(late.items ?? []).filter(({ last_error }) => last_error !== null),
    ...(silent.items ?? []),
  ]
  const needy = (board.data?.columns ?? [])
    .flatMap(({ items }) => items)
    .filter((one) => one.unread > 0 || one.overdue || one.state === 'stalled')
  const waiting = [
    asked.length > 0 && {
      to: '/requests',
      text: say('requests', { n: asked.length }),
      more: say('from', { names: firstNames(asked.map(({ asker }) => asker.name)) }),
    },
    (messages.items?.length ?? 0) > 0 && {
      to: '/messages',
      text: say('messages', { n: messages.items?.length ?? 0 }),
      more: say('from', { names: firstNames((messages.items ?? []).map(({ partner }) => partner.name)) }),
    },
    (corrections.items?.length ?? 0) > 0 && {
      to: '/data/corrections',
      text: say('corrections', { n: corrections.items?.length ?? 0 }),
    },
    (offers.items?.length ?? 0) > 0 && {
      to: '/data/credentials',
      text: say('offers', { n: offers.items?.length ?? 0 }),
    },
    (expiring.data?.items.length ?? 0) > 0 && {
      to: '/grants',
      text: say('expiring', { n: expiring.data?.items.length ?? 0 }),
    },
    policies.length > 0 && {
      to: '/policy',
      text: say('policy', { n: new Set(policies.map(({ version }) => version)).size }),
    },
    needy.length > 0 && {
      to: '/invitations',
      text: say('unread', { n: needy.length }),
      more: firstNames(needy.map(({ partner }) => partner.name ?? partner.kvk ?? '')),
    },
    undelivered.length > 0 && {
      to: '/settings/undelivered',
      text: say('undelivered', { n: undelivered.length }),
      more: say('to', { names: firstNames(undelivered.map(({ recipient }) => recipient.name)) }),
    },
    (queue.data?.items.length ?? 0) > 0 && {
      to: '/desk',
      text: say('queue', { n: queue.data?.items.length ?? 0 }),
    },
  ].filter((one) => one !== false)
  const [first = ''] = who.name.split(' ')
  return (
    <Page title={say('title', { name: first || who.account })} lead={say('lead')}>
      <Section title={say('waits')}>
        <Loaded of={requests}>
          {waiting.length === 0 ? (
            <Empty>{say('nothing')}</Empty>
          ) : (
            waiting.map(({ to, text, more }) => (
              <Paper
                key={to + text}
                withBorder
                p="md"
                radius="md"
                component={Link}
                to={to}
                className="card-link"
              >
                <Text fw={600}>{text}</Text>
                {more && (
                  <Text size="sm" c="dimmed" className="breakable">
                    {more}
                  </Text>
                )}
              </Paper>
            ))
          )}
        </Loaded>
      </Section>
      <Looked />
    </Page>
  )
}

/** Who looked, now and since she was here: it is not drawn anew with each thing that waits. */
const Looked = memo(function Looked() {
  const say = useWords(texts)
  const { moment } = useFormats()
  const { claim } = useNames()
  const looks = useList('access.log', { limit: 50 })
  const seenLooks = looks.items?.filter(({ outcome }) => outcome === 'permit')
  const seen = seenLooks?.slice(0, 5)
  return (
    <>
      <SinceLastVisit looks={seenLooks} />
      <Section title={say('looked')}>
        <Loaded of={looks}>
          {seen?.length === 0 && <Empty>{say('nobody')}</Empty>}
          {seen?.map((look) => (
            <Paper key={look.id} withBorder p="sm" radius="md">
              <Group justify="space-between" wrap="wrap" gap="xs">
                <Text size="sm" className="breakable">
                  <b>{look.asker.name ?? look.asker.did}</b>
                  {look.actor?.name ? ` · ${look.actor.name}` : ''}
                </Text>
                <Text size="sm" c="dimmed">
                  {moment(look.at)}
                </Text>
              </Group>
              <Text size="sm" c="dimmed">
                {look.claims.map((one) => claim(one).what).join(', ')}
              </Text>
            </Paper>
          ))}
          {(looks.items?.length ?? 0) > 0 && (
            <Anchor component={Link} to="/looks" size="sm">
              {say('all')}
            </Anchor>
          )}
        </Loaded>
      </Section>
    </>
  )
})

/** A few names, each once. */
const firstNames = (names: readonly string[]) => [...new Set(names)].slice(0, 3).join(', ')

/** What happened while she was away: those that look, and what came in. */
function SinceLastVisit({ looks }: { readonly looks: readonly Item<'access.log'>[] | undefined }) {
  const say = useWords(texts)
  const { moment } = useFormats()
  const before = useLastVisit()
  const received = useList('messages.list', { limit: 50 }, before !== null)
  if (before === null || looks === undefined || received.items === undefined) return null
  const [n, m] = [looks, received.items].map((all) => all.filter(({ at }) => at > before).length)
  const lines = [
    (n ?? 0) > 0 && { to: '/looks', text: say('looks_since', { n: n ?? 0 }) },
    (m ?? 0) > 0 && { to: '/messages', text: say('messages_since', { n: m ?? 0 }) },
  ].filter((one) => one !== false)
  return (
    <Section title={say('since', { moment: moment(before) })}>
      {lines.length === 0 && <Text c="dimmed">{say('quiet')}</Text>}
      {lines.map(({ to, text }) => (
        <TextLink key={to} to={to}>
          {text}
        </TextLink>
      ))}
    </Section>
  )
}
