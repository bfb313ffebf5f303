import { Badge, Button, Group, Paper, SegmentedControl, Stack, Text } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useList } from '../../api/hooks'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { agreementWords } from '../../words/agreements'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Overeenkomsten',
    lead: 'Wat u met partners afspreekt: samen opgesteld, door beide ondertekend, bij MYOBI in bewaring.',
    busy: 'In de maak',
    in_force: 'Van kracht',
    over: 'Voorbij',
    which: 'Welke overeenkomsten',
    empty: 'Er is hier geen overeenkomst.',
    begin: 'Een overeenkomst beginnen',
    not_author: 'Een contractauteur van uw bedrijf kan er een beginnen.',
    waits_us: 'wacht op u',
    until: 'tot en met {day}',
    secrets: 'bedrijfsgeheimen',
  },
  en: {
    title: 'Agreements',
    lead: 'What you agree with partners: drawn up together, signed by both, deposited with MYOBI.',
    busy: 'Being made',
    in_force: 'In force',
    over: 'Over',
    which: 'Which agreements',
    empty: 'There is no agreement here.',
    begin: 'Begin an agreement',
    not_author: 'A contract author of your company can begin one.',
    waits_us: 'waits for you',
    until: 'until {day}',
    secrets: 'trade secrets',
  },
})

const groups: Readonly<Record<string, readonly string[]>> = {
  busy: ['draft', 'external_review', 'external_approval', 'approved', 'signed'],
  in_force: ['in_force'],
  over: ['ended', 'terminated'],
}

export default function Agreements() {
  const say = useWords(texts)
  const sayAgreement = useWords(agreementWords)
  const navigate = useNavigate()
  const { day, moment } = useFormats()
  const { state = 'busy' } = useSearch({ from: '/inside/agreements' })
  const list = useList('agreements.list', { limit: 100 })
  const items = list.items?.filter((one) => (groups[state] ?? []).includes(one.state)) ?? []
  const begin = hasRole(useWho(), 'contract_author') && (
    <Button renderRoot={(props) => <Link to="/agreements/new" {...props} />}>{say('begin')}</Button>
  )
  return (
    <Page title={say('title')} lead={say('lead')} actions={items.length > 0 && begin}>
      <SegmentedControl
        className="no-print"
        aria-label={say('which')}
        value={state in groups ? state : 'busy'}
        onChange={(value) =>
          navigate({ to: '/agreements', search: { state: value === 'busy' ? undefined : value } })
        }
        data={(['busy', 'in_force', 'over'] as const).map((value) => ({ value, label: say(value) }))}
      />
      <Loaded of={list}>
        {items.length === 0 && (
          <Empty
            action={
              begin || (
                <Text size="sm" c="dimmed">
                  {say('not_author')}
                </Text>
              )
            }
          >
            {say('empty')}
          </Empty>
        )}
        <Stack gap="sm">
          {items.map((one) => (
            <Paper
              key={one.id}
              withBorder
              p="md"
              radius="md"
              component={Link}
              to={`/agreements/${one.id}`}
              className="card-link"
            >
              <Group justify="space-between" wrap="wrap" gap="xs">
                <Text fw={600} className="breakable">
                  {one.partner.name}
                </Text>
                <Group gap="xs">
                  {(one.waits_for === 'us' || one.waits_for === 'both') && (
                    <Badge variant="filled">{say('waits_us')}</Badge>
                  )}
                  <Badge variant="light" color={one.state === 'in_force' ? 'regie' : 'gray'}>
                    {sayAgreement(one.state)}
                  </Badge>
                </Group>
              </Group>
              <Text size="sm" c="dimmed">
                {[
                  moment(one.changed_at),
                  one.until !== null && say('until', { day: day(one.until) }),
                  one.trade_secrets && say('secrets'),
                ]
                  .filter((part) => part !== false)
                  .join(' · ')}
              </Text>
            </Paper>
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}
