import { Badge, Group, NativeSelect, Paper, Stack, Switch, Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { Empty, Loaded, Page } from '../../ui/page'
import { Changes } from '../../ui/text'
import { policyWords } from '../../words/policy'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Wat er verandert in de TTP-policy',
    from: 'Van',
    to: 'Naar',
    added: 'nieuw',
    removed: 'vervallen',
    same_too: 'Toon ook wat gelijk blijft',
    nothing: 'Deze versies zeggen hetzelfde.',
    one_only: 'Er is nog maar één versie.',
    doc_same: 'gelijk gebleven',
    doc_changed: 'gewijzigd',
    doc_added: 'nieuw document',
    doc_removed: 'vervallen document',
  },
  en: {
    title: 'What changes in the TTP policy',
    from: 'From',
    to: 'To',
    added: 'new',
    removed: 'dropped',
    same_too: 'Show what stays the same too',
    nothing: 'These versions say the same.',
    one_only: 'There is only one version yet.',
    doc_same: 'the same',
    doc_changed: 'changed',
    doc_added: 'new document',
    doc_removed: 'dropped document',
  },
})

export default function PolicyChanges() {
  const say = useWords(texts)
  const sayPolicy = useWords(policyWords)
  const { language } = useLanguage()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/policy/changes' })
  const versions = useRead('policy.versions', {})
  const numbers = versions.data?.items.map(({ version }) => version).toSorted((a, b) => a - b) ?? []
  const to = search.to ?? numbers.at(-1)
  const from = search.from ?? numbers.findLast((one) => to !== undefined && one < to)
  const isReady = from !== undefined && to !== undefined
  const diff = useRead('policy.diff', { from: from ?? 1, to: to ?? 1, lang: language }, isReady)
  const [all, setAll] = useState(false)
  const options = numbers.map((version) => ({
    value: String(version),
    label: sayPolicy('version', { version }),
  }))
  const go = (next: { from?: number; to?: number }) =>
    navigate({ to: '/policy/changes', search: { from, to, ...next }, replace: true })
  return (
    <Page title={say('title')}>
      <Loaded of={versions}>
        {!isReady ? (
          <Empty>{say('one_only')}</Empty>
        ) : (
          <>
            <Group align="flex-end" className="no-print">
              <NativeSelect
                label={say('from')}
                data={options}
                value={String(from)}
                onChange={(event) => go({ from: Number(event.currentTarget.value) })}
              />
              <NativeSelect
                label={say('to')}
                data={options}
                value={String(to)}
                onChange={(event) => go({ to: Number(event.currentTarget.value) })}
              />
              <Switch
                label={say('same_too')}
                checked={all}
                onChange={(event) => setAll(event.currentTarget.checked)}
              />
            </Group>
            <Loaded of={diff}>
              <Stack gap="md">
                {diff.data?.documents.every(({ change }) => change === 'same') && (
                  <Empty>{say('nothing')}</Empty>
                )}
                {diff.data?.documents.map((one) => (
                  <Changed key={one.part} document={one} isWhole={all} />
                ))}
              </Stack>
            </Loaded>
          </>
        )}
      </Loaded>
    </Page>
  )
}

const PARAGRAPH = { change: 'same', text: '\n\n' } as const

function Changed({
  document: { title, change, lines },
  isWhole,
}: {
  readonly document: Output<'policy.diff'>['documents'][number]
  readonly isWhole: boolean
}) {
  const say = useWords(texts)
  const shown = lines.filter((line) => isWhole || line.change !== 'same')
  return (
    <Paper withBorder p="lg" radius="md" component="section" aria-label={title}>
      <Group gap="xs" mb={shown.length > 0 ? 'sm' : 0}>
        <Title order={2} size="h4">
          {title}
        </Title>
        <Badge variant="light" color={change === 'same' ? 'gray' : 'regie'}>
          {say(`doc_${change}`)}
        </Badge>
      </Group>
      {shown.length > 0 && (
        <Changes
          pieces={shown.flatMap((line) => [line, PARAGRAPH])}
          added={say('added')}
          removed={say('removed')}
        />
      )}
    </Paper>
  )
}
