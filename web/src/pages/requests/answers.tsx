import { Button, Checkbox, Group, NativeSelect, Paper, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { ClaimChoice, companyClaims, personClaims } from '../../ui/claim-choice'
import { Confirm } from '../../ui/confirm'
import { DurationInput, useDurations } from '../../ui/duration-input'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { useNames } from '../../words/names'
import { useTerms } from '../../words/purposes'
import { standingWords } from '../../words/standing'
import { useWords, words } from '../../words/words'
import { type Whose, WhoseChoice } from './whose'

const texts = words({
  nl: {
    title: 'Bewaarde antwoorden',
    lead: 'Geeft u vaak hetzelfde antwoord? Bewaar het onder een naam, en kies het bij een verzoek. Het opent nooit meer dan er gevraagd is.',
    none: 'U bewaart nog geen antwoord. Maak er hieronder een.',
    kept: 'Wat u bewaart',
    add: 'Een antwoord bewaren',
    name: 'Hoe noemt u het?',
    name_help: 'Een naam die u al hebt, vervangt het antwoord van die naam.',
    only_asker: 'Alleen de medewerker die vraagt mag kijken',
    allow_system: 'Een systeem dat vraagt mag zelf lezen',
    keep: 'Bewaren',
    done: '“{name}” is bewaard.',
    remove: 'Weggooien',
    remove_title: '“{name}” weggooien?',
    remove_text: 'Wat u ermee gedeeld hebt, blijft gedeeld zoals het is.',
    removed: '“{name}” is weg.',
    roles: 'te zien door: {roles}',
  },
  en: {
    title: 'Kept answers',
    lead: 'Do you often give the same answer? Keep it under a name, and choose it at a request. It never opens more than was asked.',
    none: 'You keep no answer yet. Make one below.',
    kept: 'What you keep',
    add: 'Keep an answer',
    name: 'How do you call it?',
    name_help: 'A name that you have already replaces the answer of that name.',
    only_asker: 'Only the employee who asks may look',
    allow_system: 'A system that asks may read by itself',
    keep: 'Keep it',
    done: '“{name}” is kept.',
    remove: 'Throw away',
    remove_title: 'Throw “{name}” away?',
    remove_text: 'What you shared with it stays shared as it is.',
    removed: '“{name}” is gone.',
    roles: 'to be seen by: {roles}',
  },
})

type Answer = Output<'templates.list'>['items'][number]
const touched = ['templates.']

/** The answers she keeps under a name, and a new one. */
export default function AnswersPage() {
  const say = useWords(texts)
  const list = useRead('templates.list', {})
  const tell = useTell()
  const remove = useChange('templates.remove', touched)
  const [removing, setRemoving] = useState<Answer | null>(null)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Section title={say('kept')}>
        <Loaded of={list}>
          {list.data?.items.length === 0 && <Empty>{say('none')}</Empty>}
          {list.data?.items.map((answer) => (
            <AnswerCard
              key={`${answer.for} ${answer.name}`}
              answer={answer}
              onRemove={() => setRemoving(answer)}
            />
          ))}
        </Loaded>
      </Section>
      <Keep />
      {removing && (
        <Confirm
          title={say('remove_title', { name: removing.name })}
          text={say('remove_text')}
          sure={say('remove')}
          error={remove.error}
          busy={remove.isPending}
          onClose={() => setRemoving(null)}
          onSure={() =>
            remove.mutate(
              { name: removing.name, for: removing.for },
              {
                onSuccess: ({ name }) => {
                  setRemoving(null)
                  tell({ text: say('removed', { name }) })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}

function AnswerCard({ answer, onRemove }: { readonly answer: Answer; readonly onRemove: () => void }) {
  const say = useWords(texts)
  const sayRule = useWords(standingWords)
  const { claim, code } = useNames()
  const { purposes } = useTerms()
  const inWords = useDurations()
  const { name, purpose, claims, roles, only_asker, allow_system, length } = answer
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={2} flex="1 1 14rem">
          <Text fw={600} className="breakable">
            {name}
          </Text>
          <Text size="sm" className="breakable">
            {claims === null ? sayRule('all_claims') : claims.map((one) => claim(one).what).join(', ')}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              sayRule(answer.for),
              purpose === null ? sayRule('any_purpose') : purposes([purpose]),
              ...(length === null ? [] : [sayRule('at_most', { length: inWords(length) })]),
              ...(only_asker ? [say('only_asker')] : []),
              ...(allow_system ? [say('allow_system')] : []),
              ...(roles === null ? [] : [say('roles', { roles: roles.map(code).join(', ') })]),
            ].join(' · ')}
          </Text>
        </Stack>
        <Button variant="default" size="xs" aria-label={`${say('remove')}: ${name}`} onClick={onRemove}>
          {say('remove')}
        </Button>
      </Group>
    </Paper>
  )
}

const nothing = {
  name: '',
  whose: 'me' as Whose,
  purpose: '',
  claims: [] as string[],
  onlyAsker: false,
  allowSystem: false,
  length: '',
}

function Keep() {
  const say = useWords(texts)
  const sayRule = useWords(standingWords)
  const { purposeChoices } = useTerms()
  const tell = useTell()
  const set = useChange('templates.set', touched)
  const [typed, setTyped, forget] = useTyped('kept answer', nothing)
  const { name, whose, purpose, claims, onlyAsker, allowSystem, length } = typed
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set.mutate(
      {
        name: name.trim(),
        for: whose,
        only_asker: onlyAsker,
        allow_system: allowSystem,
        ...(purpose !== '' && { purpose }),
        ...(claims.length > 0 && { claims }),
        ...(length !== '' && { length }),
      },
      {
        onSuccess: (kept) => {
          setTyped(nothing)
          forget()
          tell({ text: say('done', { name: kept.name }) })
        },
      },
    )
  }
  return (
    <Section title={say('add')}>
      <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={say('name')}
            description={say('name_help')}
            value={name}
            required
            maxLength={60}
            maw={420}
            onChange={(event) => setTyped({ name: event.currentTarget.value })}
          />
          <WhoseChoice value={whose} onChange={(chosen) => setTyped({ whose: chosen, claims: [] })} />
          <NativeSelect
            label={sayRule('purpose')}
            value={purpose}
            maw={420}
            data={[{ value: '', label: sayRule('any_purpose') }, ...purposeChoices]}
            onChange={(event) => setTyped({ purpose: event.currentTarget.value })}
          />
          <div>
            <ClaimChoice
              label={sayRule('claims')}
              all={whose === 'me' ? personClaims : companyClaims}
              chosen={claims}
              onChoose={(chosen) => setTyped({ claims: chosen })}
            />
            <Text size="sm" c="dimmed" mt="xs">
              {sayRule('claims_none')}
            </Text>
          </div>
          <DurationInput
            label={sayRule('length')}
            value={length}
            onChange={(iso) => setTyped({ length: iso })}
          />
          <Checkbox
            label={say('only_asker')}
            checked={onlyAsker}
            onChange={(event) => setTyped({ onlyAsker: event.currentTarget.checked })}
          />
          <Checkbox
            label={say('allow_system')}
            checked={allowSystem}
            onChange={(event) => setTyped({ allowSystem: event.currentTarget.checked })}
          />
          {set.error && <Failure error={set.error} />}
          <Group>
            <Button type="submit" loading={set.isPending} disabled={name.trim() === ''}>
              {say('keep')}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Section>
  )
}
