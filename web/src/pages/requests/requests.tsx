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
    empty_waiting: 'Nobody asks you for data now.',
    empty_decided: 'You have decided on no request yet.',
    asks: '{name} asks for your data',
    asks_company: '{name} asks for data of the company',
    see_grants: 'See your grants',
    which: 'Which requests',
  },
})

export default function Requests() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const { state } = useSearch({ from: '/inside/requests' })
  const decided = state === 'decided'
  const list = useList('access.list', decided ? { limit: 50 } : { state: 'pending', limit: 50 })
  const items = list.items?.filter((one) => (one.state === 'pending') !== decided) ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <SegmentedControl
        className="no-print"
        aria-label={say('which')}
        value={decided ? 'decided' : 'waiting'}
        onChange={(value) =>
          navigate({ to: '/requests', search: { state: value === 'decided' ? 'decided' : undefined } })
        }
        data={[
          { value: 'waiting', label: say('waiting') },
          { value: 'decided', label: say('decided') },
        ]}
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
            {say(decided ? 'empty_decided' : 'empty_waiting')}
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
