import { Badge, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core'
import { Link, Navigate, useNavigate, useSearch } from '@tanstack/react-router'
import { useList, useRead } from '../../api/hooks'
import { Empty, Loaded, More, Page, Section } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { caseWords } from '../../words/cases'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Servicedesk',
    lead: 'Wie er aan de beurt is: aanmeldingen op volgorde, met de klok erbij.',
    which: 'Welke aanmeldingen',
    all: 'Alles',
    mine: 'Van mij',
    unassigned: 'Van niemand',
    overdue: 'Te laat',
    empty: 'Er wacht geen aanmelding.',
    due: 'verwacht voor {at}',
    late: 'te laat: verwacht voor {at}',
    nobody: 'nog van niemand',
    owner: 'bij {name}',
    campaigns: 'Beleid aanvaarden',
    campaign: 'Versie {version}: {accepted} van {parties} aanvaardden, {suspended} geschorst, tot {deadline}',
    no_campaign: 'Er loopt geen ronde.',
  },
  en: {
    title: 'Servicedesk',
    lead: 'Whose turn it is: registrations in order, with the clock beside them.',
    which: 'Which registrations',
    all: 'All',
    mine: 'Mine',
    unassigned: 'Nobody’s',
    overdue: 'Late',
    empty: 'No registration waits.',
    due: 'expected by {at}',
    late: 'late: expected by {at}',
    nobody: 'nobody’s yet',
    owner: 'with {name}',
    campaigns: 'Accepting the policy',
    campaign: 'Version {version}: {accepted} of {parties} accepted, {suspended} suspended, until {deadline}',
    no_campaign: 'No round is running.',
  },
})

const filters = ['all', 'mine', 'unassigned', 'overdue'] as const

/** Who comes here for the re-checks alone is brought to them: the queue is not hers. */
export default function Desk() {
  const who = useWho()
  return hasRole(who, 'reputation_manager') && !hasRole(who, 'servicedesk') ? (
    <Navigate to="/desk/rechecks" replace />
  ) : (
    <Queue />
  )
}

function Queue() {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const navigate = useNavigate()
  const { moment, day } = useFormats()
  const { show = 'all' } = useSearch({ from: '/inside/desk' })
  const chosen = filters.find((one) => one === show) ?? 'all'
  const queue = useList('registrations.queue', {
    limit: 50,
    ...(chosen === 'mine' && { mine: 'true' as const }),
    ...(chosen === 'unassigned' && { unassigned: 'true' as const }),
    ...(chosen === 'overdue' && { overdue: 'true' as const }),
  })
  const campaigns = useRead('campaigns.list', {})
  const running = campaigns.data?.items.filter(({ state }) => state === 'running') ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <SegmentedControl
        className="no-print"
        aria-label={say('which')}
        value={chosen}
        onChange={(value) => navigate({ to: '/desk', search: { show: value === 'all' ? undefined : value } })}
        data={filters.map((value) => ({ value, label: say(value) }))}
      />
      <Loaded of={queue}>
        {queue.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {queue.items?.map((one) => (
            <Paper
              key={one.id}
              withBorder
              p="md"
              radius="md"
              component={Link}
              to={`/desk/${one.id}`}
              className="card-link"
            >
              <Group justify="space-between" wrap="wrap" gap="xs">
                <Text fw={600} className="breakable" flex="1 1 12rem">
                  {one.organisation.name}
                </Text>
                <Group gap="xs">
                  {one.overdue && (
                    <Badge color="red" variant="light">
                      {say('overdue')}
                    </Badge>
                  )}
                  <Badge variant="light">{sayCase(one.state)}</Badge>
                </Group>
              </Group>
              <Text size="sm" c="dimmed">
                {[
                  one.organisation.kvk_number && `KVK ${one.organisation.kvk_number}`,
                  sayCase(one.channel),
                  one.owner === null ? say('nobody') : say('owner', { name: one.owner }),
                  one.expected_at !== null &&
                    say(one.overdue ? 'late' : 'due', { at: moment(one.expected_at) }),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            </Paper>
          ))}
        </Stack>
        <More list={queue} />
      </Loaded>
      <Section title={say('campaigns')}>
        <Loaded of={campaigns}>
          {running.length === 0 && <Text c="dimmed">{say('no_campaign')}</Text>}
          {running.map((one) => (
            <Text key={one.id}>
              {say('campaign', {
                version: one.version,
                accepted: one.progress.accepted,
                parties: one.progress.parties,
                suspended: one.progress.suspended,
                deadline: day(one.deadline),
              })}
            </Text>
          ))}
        </Loaded>
      </Section>
    </Page>
  )
}
