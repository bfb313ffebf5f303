import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Loaded, Page } from '../../ui/page'
import { policyWords } from '../../words/policy'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Versies van de TTP-policy',
    lead: 'Wat geldt, wat gold en wat is aangekondigd. Elke versie blijft te lezen.',
    now: 'geldt nu',
    read_name: 'Lees versie {version}',
  },
  en: {
    title: 'Versions of the TTP policy',
    lead: 'What holds, what held and what was announced. Each version can still be read.',
    now: 'in force now',
    read_name: 'Read version {version}',
  },
})

export default function PolicyVersions() {
  const say = useWords(texts)
  const sayPolicy = useWords(policyWords)
  const { day } = useFormats()
  const list = useRead('policy.versions', {})
  const current = useRead('policy.show', {})
  const items = list.data?.items.toSorted((one, other) => other.version - one.version) ?? []
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        <Stack gap="sm">
          {items.map(({ version, effective }, at) => (
            <Paper key={version} withBorder p="md" radius="md">
              <Group gap="xs">
                <Text fw={600}>{sayPolicy('version', { version })}</Text>
                {current.data?.version === version && <Badge variant="light">{say('now')}</Badge>}
                <Text size="sm" c="dimmed">
                  {sayPolicy('effective', { day: day(effective) })}
                </Text>
              </Group>
              <Group mt="xs">
                <TextLink to="/policy/versions/$version" params={{ version: String(version) }}>
                  {say('read_name', { version })}
                </TextLink>
                {items[at + 1] && (
                  <TextLink to="/policy/changes" search={{ from: items[at + 1]?.version, to: version }}>
                    {sayPolicy('changes', { from: items[at + 1]?.version ?? 0 })}
                  </TextLink>
                )}
              </Group>
            </Paper>
          ))}
        </Stack>
      </Loaded>
    </Page>
  )
}
