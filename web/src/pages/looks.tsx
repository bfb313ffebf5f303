import { Badge, Button, Group, Paper, Select, Text } from '@mantine/core'
import { useState } from 'react'
import { useList } from '../api/hooks'
import { Empty, Loaded, More, Page, Section } from '../ui/page'
import { common } from '../words/common'
import { useNames } from '../words/names'
import { useTerms } from '../words/purposes'
import { useFormats, useWords, words } from '../words/words'

const texts = words({
  nl: {
    title: 'Wie keek',
    lead: 'Elke blik op uw gegevens: wie, wat en waarvoor. Namen van gegevens, nooit de waarden.',
    empty: 'Nog niemand keek naar uw gegevens.',
    who: 'Wie',
    on_behalf: 'namens {name}',
    system: 'een systeem',
    anybody: 'iedereen',
  },
  en: {
    title: 'Who looked',
    lead: 'Each look at your data: who, what and what for. Names of data, never their values.',
    empty: 'Nobody looked at your data yet.',
    who: 'Who',
    on_behalf: 'on behalf of {name}',
    system: 'a system',
    anybody: 'anybody',
  },
})

export default function Looks() {
  const say = useWords(texts)
  const shared = useWords(common)
  const { code, claim } = useNames()
  const { moment, day } = useFormats()
  const { purposes } = useTerms()
  const [asker, setAsker] = useState<string | null>(null)
  const all = useList('access.log', { limit: 200 })
  const list = useList('access.log', { limit: 50, ...(asker !== null && { asker }) })
  const askers = [
    ...new Map((all.items ?? []).map((look) => [look.asker.did, look.asker.name ?? look.asker.did])),
  ]
  const days = Map.groupBy(list.items ?? [], (look) => day(look.at))
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <Button variant="default" onClick={() => window.print()}>
          {shared('print')}
        </Button>
      }
    >
      {askers.length > 1 && (
        <Select
          className="no-print"
          label={say('who')}
          placeholder={say('anybody')}
          clearable
          searchable
          maw={360}
          value={asker}
          onChange={setAsker}
          data={askers.map(([value, label]) => ({ value, label }))}
          clearButtonProps={{ 'aria-label': say('anybody') }}
        />
      )}
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        {[...days].map(([date, looks]) => (
          <Section key={date} title={date}>
            {looks.map((look) => (
              <Paper key={look.id} withBorder p="sm" radius="md">
                <Group justify="space-between" wrap="wrap" gap="xs">
                  <Text size="sm" className="breakable">
                    <b>{look.asker.name ?? look.asker.did}</b>
                    {look.actor ? ` · ${look.actor.name ?? say('system')}` : ''}
                    {look.on_behalf_of
                      ? ` · ${say('on_behalf', { name: look.on_behalf_of.name ?? look.on_behalf_of.did })}`
                      : ''}
                  </Text>
                  <Group gap="xs">
                    <Badge variant="light" color={look.outcome === 'deny' ? 'red' : 'regie'}>
                      {code(look.outcome === 'pending' ? 'asked' : look.outcome)}
                    </Badge>
                    <Text size="sm" c="dimmed">
                      {moment(look.at)}
                    </Text>
                  </Group>
                </Group>
                <Text size="sm" c="dimmed" className="breakable">
                  {look.claims.map((one) => claim(one).what).join(', ')} · {purposes(look.purpose)}
                </Text>
              </Paper>
            ))}
          </Section>
        ))}
        <More list={list} />
      </Loaded>
    </Page>
  )
}
