import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import { useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { caseWords } from '../../words/cases'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Bewaarde bewijsstukken',
    lead: 'Alle bestanden die wij van organisaties bewaren, en tot wanneer.',
    empty: 'Wij bewaren geen bestanden.',
    since: 'sinds {day}',
    until: 'wordt verwijderd op {day}',
    while_open: 'blijft zolang de aanmelding loopt',
    size: '{size} kB',
    to_case: 'Aanmelding van {name}',
  },
  en: {
    title: 'Evidence kept',
    lead: 'All files of organisations that we keep, and until when.',
    empty: 'We keep no files.',
    since: 'since {day}',
    until: 'is removed on {day}',
    while_open: 'stays while the registration is open',
    size: '{size} kB',
    to_case: 'Registration of {name}',
  },
})

const KB = 1024

/** What is kept of everybody, and until when. */
export default function EvidenceKept() {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const { day, number } = useFormats()
  const list = useList('registrations.evidence.kept', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((file) => (
            <Paper key={`${file.case} ${file.digest} ${file.since}`} withBorder p="md" radius="md">
              <Group justify="space-between" wrap="wrap" gap="xs">
                <Text fw={600}>{sayCase(file.kind)}</Text>
                <Badge variant="light">{sayCase(file.state)}</Badge>
              </Group>
              <TextLink to="/desk/$id" params={{ id: file.case }} className="breakable">
                {say('to_case', { name: file.organisation })}
              </TextLink>
              <Text size="sm" c="dimmed">
                {[
                  say('size', { size: number(Math.max(1, Math.round(file.size / KB))) }),
                  say('since', { day: day(file.since) }),
                  file.until === null ? say('while_open') : say('until', { day: day(file.until) }),
                ].join(' · ')}
              </Text>
            </Paper>
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}
