import { NativeSelect, Textarea, TextInput } from '@mantine/core'
import { useChange, useRead } from '../../api/hooks'
import { ClaimChoice, companyClaims, personClaims } from '../../ui/claim-choice'
import { Confirm } from '../../ui/confirm'
import { DurationInput } from '../../ui/duration-input'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { useLanguage, useWords, words } from '../../words/words'
import type { Question } from './questions'

const texts = words({
  nl: {
    add: 'Soort vraag toevoegen',
    change: '“{name}” wijzigen',
    code: 'Korte naam voor systemen',
    code_hint: 'Kleine letters, cijfers en streepjes, zoals vraag-over-factuur',
    title_nl: 'Naam (Nederlands)',
    title_en: 'Naam (Engels)',
    purpose: 'Waarvoor',
    basis: 'Grondslag',
    claims: 'Wat u ervoor moet weten',
    reason: 'Waarom dat nodig is',
    value: 'Wat de partner eraan heeft',
    length: 'Hoe lang een zaak open is',
    roles: 'Wie er kijkt (rollen)',
    roles_hint: 'Zoals account_manager; meer rollen met een komma ertussen',
    save: 'Opslaan',
    saved: '“{name}” is bekendgemaakt.',
  },
  en: {
    add: 'Add a kind of question',
    change: 'Change “{name}”',
    code: 'Short name for systems',
    code_hint: 'Small letters, digits and dashes, such as invoice-question',
    title_nl: 'Name (Dutch)',
    title_en: 'Name (English)',
    purpose: 'What for',
    basis: 'Legal basis',
    claims: 'What you have to know for it',
    reason: 'Why that is needed',
    value: 'What the partner gets out of it',
    length: 'How long a case is open',
    roles: 'Who looks (roles)',
    roles_hint: 'Such as account_manager; more roles with a comma between',
    save: 'Save',
    saved: '“{name}” is published.',
  },
})

/** A kind of question for the catalogue; a change makes a new version. */
export function QuestionForm({
  question,
  onClose,
}: {
  readonly question?: Question
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const tell = useTell()
  const vocabulary = useRead('vocabulary.list', {})
  const add = useChange('questions.add', ['questions.'])
  const change = useChange('questions.change', ['questions.'])
  const [typed, type, forget] = useTyped(`question ${question?.code ?? ''}`, {
    code: '',
    title_nl: question?.title.nl ?? '',
    title_en: question?.title.en ?? '',
    purpose: question?.purpose ?? '',
    basis: question?.legal_basis ?? '',
    claims: [...(question?.claims ?? [])],
    reason: question?.reason ?? '',
    value: question?.value ?? '',
    length: question?.length ?? 'P30D',
    roles: (question?.roles ?? ['account_manager']).join(', '),
  })
  const { purposes = [], legal_bases: bases = [] } = vocabulary.data ?? {}
  const known = (all: typeof purposes, wanted: string) =>
    all.find(({ code, iri }) => code === wanted || iri === wanted)?.code ?? all[0]?.code ?? ''
  const purpose = known(purposes, typed.purpose)
  const basis = known(bases, typed.basis)
  const options = (all: typeof purposes) =>
    all.map(({ code, label }) => ({ value: code, label: label[language] }))
  const roles = typed.roles.split(/[\s,]+/).filter(Boolean)
  const content = {
    ...{ title: { nl: typed.title_nl, en: typed.title_en }, purpose, basis, claims: typed.claims },
    ...{ reason: typed.reason, value: typed.value, length: typed.length, roles },
  }
  const written = [typed.title_nl, typed.title_en, typed.reason, typed.value, typed.length]
  const onSuccess = ({ title }: Pick<Question, 'title'>) => {
    forget()
    onClose()
    tell({ text: say('saved', { name: title[language] }) })
  }
  const change_ = question ? change : add
  return (
    <Confirm
      title={question ? say('change', { name: question.title[language] }) : say('add')}
      sure={say('save')}
      isHarmless
      isReady={
        written.every((text) => text.trim() !== '') &&
        typed.claims.length > 0 &&
        roles.length > 0 &&
        (question !== undefined || typed.code.trim() !== '')
      }
      error={change_.error}
      busy={change_.isPending}
      onClose={onClose}
      onSure={() =>
        question
          ? change.mutate({ code: question.code, ...content, ifMatch: question.version }, { onSuccess })
          : add.mutate({ code: typed.code.trim(), ...content }, { onSuccess })
      }
    >
      {!question && (
        <TextInput
          label={say('code')}
          description={say('code_hint')}
          required
          value={typed.code}
          onChange={({ currentTarget: { value } }) => type({ code: value })}
        />
      )}
      {(['title_nl', 'title_en'] as const).map((which) => (
        <TextInput
          key={which}
          label={say(which)}
          required
          maxLength={200}
          value={typed[which]}
          onChange={({ currentTarget: { value } }) => type({ [which]: value })}
        />
      ))}
      <NativeSelect
        label={say('purpose')}
        value={purpose}
        data={options(purposes)}
        onChange={({ currentTarget: { value } }) => type({ purpose: value })}
      />
      <NativeSelect
        label={say('basis')}
        value={basis}
        data={options(bases)}
        onChange={({ currentTarget: { value } }) => type({ basis: value })}
      />
      <ClaimChoice
        label={say('claims')}
        all={[...new Set([...companyClaims, ...personClaims, ...typed.claims])]}
        chosen={typed.claims}
        onChoose={(claims) => type({ claims })}
      />
      {(['reason', 'value'] as const).map((which) => (
        <Textarea
          key={which}
          label={say(which)}
          required
          autosize
          maxLength={1000}
          value={typed[which]}
          onChange={({ currentTarget: { value } }) => type({ [which]: value })}
        />
      ))}
      <DurationInput
        label={say('length')}
        required
        value={typed.length}
        onChange={(length) => type({ length })}
      />
      <TextInput
        label={say('roles')}
        description={say('roles_hint')}
        required
        value={typed.roles}
        onChange={({ currentTarget: { value } }) => type({ roles: value })}
      />
    </Confirm>
  )
}
