import { Anchor, Badge, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type Item, useList } from '../../api/hooks'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useNames } from '../../words/names'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Verzoeken',
    lead: 'Wie wil uw gegevens zien? U beslist, per gegeven.',
    waiting: 'Wacht op u',
    decided: 'Beslist',
    deferred: 'Uitgesteld',
    empty_deferred: 'U stelde geen verzoek uit.',
    empty_waiting: 'Niemand vraagt u nu om gegevens.',
    empty_decided: 'U besliste nog over geen verzoek.',
    asks: '{name} vraagt om uw gegevens',
    asks_company: '{name} vraagt om gegevens van het bedrijf',
    see_grants: 'Bekijk uw toestemmingen',
    which: 'Welke verzoeken',
  },
  en: {
    title: 'Requests',
    lead: 'Who wants to see your data? You decide, datum by datum.',
    waiting: 'Waits for you',
    decided: 'Decided',
    deferred: 'Put off',
    empty_deferred: 'You put no request off.',
    empty_waiting: 'Nobody asks you for data now.',
    empty_decided: 'You have decided on no request yet.',
    asks: '{name} asks for your data',
    asks_company: '{name} asks for data of the company',
    see_grants: 'See your grants',
    which: 'Which requests',
  },
})

const shows = ['waiting', 'deferred', 'decided'] as const
/** What the node is asked for, and what of it belongs there. */
const asked = {
  waiting: { state: 'pending' },
  deferred: { state: 'pending', deferred: 'true' },
  decided: {},
} as const
const fits: Readonly<Record<(typeof shows)[number], (one: Item<'access.list'>) => boolean>> = {
  waiting: () => true,
  deferred: ({ deferred_until: until }) => until !== null,
  decided: ({ state }) => state !== 'pending',
}

export default function Requests() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const { state } = useSearch({ from: '/inside/requests' })
  const show = shows.find((one) => one === state) ?? 'waiting'
  const list = useList('access.list', { limit: 50, ...asked[show] })
  const items = list.items?.filter(fits[show]) ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <SegmentedControl
        className="no-print"
        aria-label={say('which')}
        value={show}
        onChange={(value) =>
          navigate({ to: '/requests', search: { state: value === 'waiting' ? undefined : value } })
        }
        data={shows.map((value) => ({ value, label: say(value) }))}
      />
      <Loaded of={list}>
        {items.length === 0 && (
          <Empty
            action={
              <Anchor component={Link} to="/grants">
                {say('see_grants')}
              </Anchor>
            }
          >
            {say(`empty_${show}`)}
          </Empty>
        )}
        <Stack gap="sm">
          {items.map((one) => (
            <Card key={one.id} request={one} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}

function Card({ request }: { readonly request: Item<'access.list'> }) {
  const say = useWords(texts)
  const { code, claim } = useNames()
  const { moment } = useFormats()
  const { id, asker, subject, claims, reason, asked_at, state } = request
  return (
    <Paper withBorder p="md" radius="md" component={Link} to={`/requests/${id}`} className="card-link">
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="xs">
        <Text fw={600} className="breakable" flex="1 1 14rem">
          {say(subject === 'person' ? 'asks' : 'asks_company', { name: asker.name })}
        </Text>
        {state !== 'pending' && (
          <Badge variant="light" color={state === 'approved' ? 'regie' : 'gray'}>
            {code(state)}
          </Badge>
        )}
      </Group>
      <Text size="sm" className="breakable">
        {reason}
      </Text>
      <Text size="sm" c="dimmed">
        {claims.map((one) => claim(one).what).join(', ')} · {moment(asked_at)}
      </Text>
    </Paper>
  )
}
