import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Claims } from '../../ui/claims'
import { Confirm } from '../../ui/confirm'
import { useDurations } from '../../ui/duration-input'
import { Empty, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useTerms } from '../../words/purposes'
import { useLanguage, useWords, words } from '../../words/words'
import { QuestionForm } from './question-form'

const texts = words({
  nl: {
    title: 'Soorten vragen',
    lead: 'Wat partners u kunnen vragen, en het minste dat u van hen moet weten om het te beantwoorden. Partners kunnen dit lezen.',
    none: 'U hebt nog geen soorten vragen bekendgemaakt.',
    add: 'Soort vraag toevoegen',
    change: 'Wijzigen',
    version: 'versie {n}',
    retired: 'niet meer gesteld',
    for: '{purpose} · een zaak duurt {length}',
    retire: 'Weghalen',
    retire_title: '“{name}” weghalen?',
    retire_text: 'Niemand kan hierover nog een zaak beginnen. Zaken die open zijn gaan door.',
    was_retired: '“{name}” wordt niet meer gesteld.',
  },
  en: {
    title: 'Kinds of questions',
    lead: 'What partners can ask you, and the least you have to know of them to answer it. Partners can read this.',
    none: 'You published no kinds of questions yet.',
    add: 'Add a kind of question',
    change: 'Change',
    version: 'version {n}',
    retired: 'asked no more',
    for: '{purpose} · a case takes {length}',
    retire: 'Take away',
    retire_title: 'Take “{name}” away?',
    retire_text: 'Nobody can begin a case about it any more. Cases that are open go on.',
    was_retired: '“{name}” is asked no more.',
  },
})

export type Question = Output<'questions.list'>['items'][number]

/** The catalogue: what can be asked, and the least it takes. */
export default function Questions() {
  const say = useWords(texts)
  const decides = hasRole(useWho(), 'coordinator', 'administrator')
  const list = useRead('questions.list', {})
  const [editing, edit] = useState<Question | 'new' | null>(null)
  const [retiring, setRetiring] = useState<Question | null>(null)
  const addOne = decides && <Button onClick={() => edit('new')}>{say('add')}</Button>
  return (
    <Page title={say('title')} lead={say('lead')} actions={addOne}>
      <Loaded of={list}>
        {list.data?.items.length === 0 && <Empty>{say('none')}</Empty>}
        <Stack gap="sm">
          {list.data?.items.map((question) => (
            <Shown
              key={question.code}
              question={question}
              {...(decides && { onEdit: edit, onRetire: setRetiring })}
            />
          ))}
        </Stack>
      </Loaded>
      {editing !== null && (
        <QuestionForm {...(editing !== 'new' && { question: editing })} onClose={() => edit(null)} />
      )}
      {retiring && <Retire question={retiring} onClose={() => setRetiring(null)} />}
    </Page>
  )
}

function Shown({
  question,
  onEdit,
  onRetire,
}: {
  readonly question: Question
  readonly onEdit?: (question: Question) => void
  readonly onRetire?: (question: Question) => void
}) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { purposes } = useTerms()
  const duration = useDurations()
  const name = question.title[language]
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {name}
            </Text>
            <Badge variant="light" color="gray">
              {question.state === 'retired' ? say('retired') : say('version', { n: question.version })}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            {say('for', { purpose: purposes([question.purpose]), length: duration(question.length) })}
          </Text>
          <Text size="sm" className="breakable">
            {question.reason}
          </Text>
          <Claims of={question.claims} />
        </Stack>
        {question.state === 'current' && onEdit && onRetire && (
          <Group gap="xs" className="no-print">
            <Button
              variant="default"
              aria-label={`${say('change')}: ${name}`}
              onClick={() => onEdit(question)}
            >
              {say('change')}
            </Button>
            <Button
              variant="subtle"
              color="red"
              aria-label={`${say('retire')}: ${name}`}
              onClick={() => onRetire(question)}
            >
              {say('retire')}
            </Button>
          </Group>
        )}
      </Group>
    </Paper>
  )
}

function Retire({ question, onClose }: { readonly question: Question; readonly onClose: () => void }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const tell = useTell()
  const retire = useChange('questions.retire', ['questions.'])
  const name = question.title[language]
  return (
    <Confirm
      title={say('retire_title', { name })}
      text={say('retire_text')}
      sure={say('retire')}
      error={retire.error}
      busy={retire.isPending}
      onClose={onClose}
      onSure={() =>
        retire.mutate(
          { code: question.code },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('was_retired', { name }) })
            },
          },
        )
      }
    />
  )
}
