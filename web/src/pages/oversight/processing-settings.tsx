import {
  Button,
  Checkbox,
  Fieldset,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Failure, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { useSettingNames } from '../../words/processing'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Wat u over uw verwerking zegt',
    lead: 'Wat deze omgeving niet kan weten. Het staat in het register, in brieven aan personen en in meldingen van datalekken.',
    name: 'Naam',
    email: 'E-mailadres',
    phone: 'Telefoonnummer',
    no_officer: 'Er hoeft geen functionaris te zijn',
    controller: 'beslist zelf waarvoor',
    joint_controller: 'beslist samen met anderen',
    processor: 'werkt voor anderen',
    unsaid: 'nog niet gezegd',
    nl: 'In het Nederlands',
    en: 'In het Engels',
    both: 'Vul beide talen in, of geen van beide.',
    save: 'Opslaan',
    saved: 'Opgeslagen. Het register en de brieven zeggen dit nu.',
  },
  en: {
    title: 'What you say of your processing',
    lead: 'What this place cannot know. It stands in the record, in letters to persons and in reports of breaches.',
    name: 'Name',
    email: 'E-mail address',
    phone: 'Telephone number',
    no_officer: 'There need not be an officer',
    controller: 'decides itself what for',
    joint_controller: 'decides together with others',
    processor: 'works on behalf of others',
    unsaid: 'not said yet',
    nl: 'In Dutch',
    en: 'In English',
    both: 'Fill in both languages, or neither.',
    save: 'Save',
    saved: 'Saved. The record and the letters say this now.',
  },
})

type Settings = Input<'processing.set'>
const inBoth = [
  ...(['relation_interest', 'relation_retention', 'relation_recipients'] as const),
  ...(['people_retention', 'transfers'] as const),
] as const
const roles = ['controller', 'joint_controller', 'processor'] as const
const parts = ['name', 'email', 'phone'] as const

/** What only the company can say of what it does with data of persons. */
export default function ProcessingSettings() {
  const say = useWords(texts)
  const found = useRead('processing.settings', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={found}>{found.data && <Form key={found.data.version} of={found.data} />}</Loaded>
    </Page>
  )
}

function Form({ of: { settings, version } }: { readonly of: Output<'processing.settings'> }) {
  const say = useWords(texts)
  const setting = useSettingNames()
  const { language } = useLanguage()
  const tell = useTell()
  const vocabulary = useRead('vocabulary.list', {})
  const set = useChange('processing.set', ['processing.', 'informing.'])
  const [typed, type, forget] = useTyped<Settings>(`processing ${version}`, settings as Settings)
  const { purposes = [], legal_bases: bases = [] } = vocabulary.data ?? {}
  const options = (all: typeof purposes) =>
    all.map(({ code, label }) => ({ value: code, label: label[language] }))
  const contact = (which: 'privacy_contact' | 'data_protection_officer') => {
    const said = typed[which]
    return typeof said === 'object' ? said : {}
  }
  const people = (which: 'privacy_contact' | 'data_protection_officer') => (
    <SimpleGrid cols={{ base: 1, xs: 3 }}>
      {parts.map((part) => (
        <TextInput
          key={part}
          label={say(part)}
          type={part === 'email' ? 'email' : 'text'}
          maxLength={300}
          value={contact(which)[part] ?? ''}
          onChange={({ currentTarget: { value } }) => {
            const { [part]: _, ...rest } = contact(which)
            type({ [which]: { ...rest, ...(value !== '' && { [part]: value }) } })
          }}
        />
      ))}
    </SimpleGrid>
  )
  const half = inBoth.filter((name) => {
    const said = typed[name]
    return said !== undefined && (said.nl === '') !== (said.en === '')
  })
  const save = () => {
    const whole = Object.fromEntries(Object.entries(typed).filter(([, value]) => !isEmpty(value))) as Settings
    // The form is another one once the settings are read anew: what follows hangs on the answer alone.
    set.mutateAsync({ ...whole, ifMatch: version }).then(
      () => {
        forget()
        tell({ text: say('saved') })
      },
      // Shown by the form.
      () => undefined,
    )
  }
  return (
    <Paper
      component="form"
      withBorder
      p="lg"
      radius="md"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <Stack>
        <Fieldset legend={capital(setting('privacy_contact'))}>{people('privacy_contact')}</Fieldset>
        <Fieldset legend={capital(setting('data_protection_officer'))}>
          <Stack gap="sm">
            <Switch
              label={say('no_officer')}
              checked={typed.data_protection_officer === 'none'}
              onChange={({ currentTarget: { checked } }) =>
                type({ data_protection_officer: checked ? 'none' : {} })
              }
            />
            {typed.data_protection_officer !== 'none' && people('data_protection_officer')}
          </Stack>
        </Fieldset>
        <NativeSelect
          label={capital(setting('role'))}
          value={typed.role ?? ''}
          data={[
            { value: '', label: say('unsaid') },
            ...roles.map((value) => ({ value, label: say(value) })),
          ]}
          onChange={({ currentTarget: { value } }) => {
            const role = roles.find((one) => one === value)
            if (role) type({ role })
          }}
        />
        <Checkbox.Group
          label={capital(setting('relation_purposes'))}
          value={typed.relation_purposes ?? []}
          onChange={(relation_purposes) => type({ relation_purposes })}
        >
          <div className="choices">
            {options(purposes).map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </div>
        </Checkbox.Group>
        {(['relation_basis', 'people_basis'] as const).map((which) => (
          <NativeSelect
            key={which}
            label={capital(setting(which))}
            value={typed[which] ?? ''}
            data={[{ value: '', label: say('unsaid') }, ...options(bases)]}
            onChange={({ currentTarget: { value } }) => type({ [which]: value })}
          />
        ))}
        {inBoth.map((name) => (
          <Fieldset key={name} legend={capital(setting(name))}>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              {(['nl', 'en'] as const).map((spoken) => (
                <Textarea
                  key={spoken}
                  label={say(spoken)}
                  autosize
                  maxLength={2000}
                  error={half.includes(name) ? say('both') : undefined}
                  value={typed[name]?.[spoken] ?? ''}
                  onChange={({ currentTarget: { value } }) => {
                    const said = typed[name] ?? { nl: '', en: '' }
                    type({ [name]: { ...said, [spoken]: value } })
                  }}
                />
              ))}
            </SimpleGrid>
          </Fieldset>
        ))}
        <TextInput
          label={capital(setting('breach_hours'))}
          type="number"
          min={1}
          max={720}
          maw={200}
          value={typed.breach_hours ?? ''}
          onChange={({ currentTarget: { valueAsNumber } }) =>
            Number.isInteger(valueAsNumber) && type({ breach_hours: valueAsNumber })
          }
        />
        {set.error && <Failure error={set.error} />}
        <Button type="submit" w="fit-content" disabled={half.length > 0} loading={set.isPending}>
          {say('save')}
        </Button>
      </Stack>
    </Paper>
  )
}

/** What was left empty is not said at all. */
function isEmpty(value: unknown): boolean {
  if (value === '' || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && value !== null && Object.values(value).every((one) => one === '')
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
