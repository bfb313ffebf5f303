import { Badge, Group, List, Paper, Text } from '@mantine/core'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { Empty, Loaded, Section } from '../../ui/page'
import { ownDidWords } from '../../words/own-did'
import { useFormats, useWords, words } from '../../words/words'
import { Counted, keyName } from './key-step'

const texts = words({
  nl: {
    title: 'Wat er met de DID is gedaan',
    none: 'Er is nog niets aan de DID gewijzigd.',
    key: 'sleutel {key}',
  },
  en: { title: 'What was done to the DID', none: 'Nothing was changed in the DID yet.', key: 'key {key}' },
})

type Change = Output<'did.changes'>['items'][number]
type Outcome = Change['outcomes'][number]

/** What was done to the DID, newest first, and what became of what it signed. */
export function KeyChanges() {
  const say = useWords(texts)
  const sayDid = useWords(ownDidWords)
  const { moment } = useFormats()
  const changes = useRead('did.changes', {})
  return (
    <Section title={say('title')}>
      <Loaded of={changes}>
        {changes.data?.items.length === 0 && <Empty>{say('none')}</Empty>}
        {changes.data?.items.map((change) => (
          <Paper key={change.id} withBorder p="md" radius="md">
            <Group gap="xs">
              <Text fw={600}>{sayDid(change.kind)}</Text>
              <Badge variant="light" color={change.state === 'open' ? 'orange' : 'gray'}>
                {sayDid(change.state)}
              </Badge>
            </Group>
            <Text size="sm" c="dimmed" className="breakable">
              {[
                ...(change.created_at === null ? [] : [moment(change.created_at)]),
                ...(change.key === null ? [] : [say('key', { key: keyName(change.key) })]),
                ...(change.endpoint === null ? [] : [change.endpoint]),
              ].join(' · ')}
            </Text>
            {change.outcomes.length > 0 && (
              <List size="sm" mt="xs">
                {counted(change.outcomes).map(({ type, fate, count }) => (
                  <Counted key={`${type} ${fate}`} type={type} fate={fate} count={count} />
                ))}
              </List>
            )}
          </Paper>
        ))}
      </Loaded>
    </Section>
  )
}

function counted(outcomes: readonly Outcome[]): (Omit<Outcome, 'id'> & { count: number })[] {
  const counts = new Map<string, Omit<Outcome, 'id'> & { count: number }>()
  for (const { type, fate } of outcomes) {
    const key = `${type} ${fate}`
    counts.set(key, { type, fate, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return [...counts.values()]
}
