import { Button, Checkbox, Fieldset, Group, NativeSelect, Paper, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { type ClaimSchema, useClaimSchema, useCredentialType } from '../../api/credential-types'
import { useChange } from '../../api/hooks'
import { Failure, Loaded, Page } from '../../ui/page'
import { useTyped } from '../../ui/typed'
import { useWho } from '../../who'
import { useNames } from '../../words/names'
import { useTypeName } from '../../words/type-names'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Iets uitgeven',
    lead: 'U verklaart iets over iemand. Wie de link of code heeft, haalt het op in een wallet.',
    type: 'Wat geeft u uit?',
    says: 'Wat verklaart u?',
    how: 'Hoe wordt het opgehaald?',
    valid: 'Op te halen binnen',
    m60: 'een uur',
    m1440: 'een dag',
    m10080: 'een week',
    m43200: 'dertig dagen',
    tx_code: 'Vraag er een code bij die ik apart doorgeef',
    tx_code_text: 'Wie alleen de link heeft, kan er dan niets mee.',
    deferred: 'Ik kijk er nog naar voordat het wordt uitgegeven',
    choose: 'kies',
    SOLE: 'alleen bevoegd',
    JOINT: 'samen met een ander bevoegd',
    make: 'Code maken',
  },
  en: {
    title: 'Issue something',
    lead: 'You state something about somebody. Whoever has the link or code fetches it into a wallet.',
    type: 'What do you issue?',
    says: 'What do you state?',
    how: 'How is it fetched?',
    valid: 'To be fetched within',
    m60: 'an hour',
    m1440: 'a day',
    m10080: 'a week',
    m43200: 'thirty days',
    tx_code: 'Ask for a code besides, that I pass on another way',
    tx_code_text: 'Whoever has only the link can then do nothing with it.',
    deferred: 'I look at it once more before it is issued',
    choose: 'choose',
    SOLE: 'authorised alone',
    JOINT: 'authorised together with another',
    make: 'Make the code',
  },
})

/** What a company states by hand most; all of it can be offered by the API. */
const types = ['customer-statement', 'employee-role'] as const
const minutes = [60, 1440, 10080, 43200] as const
const TX_CODE_DIGITS = 6

export default function OfferPage() {
  const say = useWords(texts)
  const [type, setType] = useState<string>(types[0])
  const named = [useTypeName(types[0]), useTypeName(types[1])]
  const schema = useClaimSchema(type)
  return (
    <Page title={say('title')} lead={say('lead')}>
      <NativeSelect
        label={say('type')}
        value={type}
        maw={420}
        data={types.map((value, at) => ({
          value,
          label: named[at] ?? value,
        }))}
        onChange={(event) => setType(event.currentTarget.value)}
      />
      <Loaded of={schema}>{schema.data && <OfferForm key={type} type={type} schema={schema.data} />}</Loaded>
    </Page>
  )
}

function OfferForm({ type, schema }: { readonly type: string; readonly schema: ClaimSchema }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { code } = useNames()
  const { organisation } = useWho()
  const client = useQueryClient()
  const navigate = useNavigate()
  const offer = useChange('issuing.offer', ['issuing.'])
  const described = useCredentialType(type).data
  const fields = fieldsOf(schema)
  // Whoever states that somebody works for a company is that company.
  const known = { 'employer.did': organisation.did, 'employer.name': organisation.name }
  const [typed, setTyped, forget] = useTyped<Readonly<Record<string, string>>>(`offer ${type}`, known)
  const [how, setHow] = useState({ minutes: 1440, hasTxCode: false, isDeferred: false })
  const labelOf = (path: string) => {
    const claim = described?.claims.find((one) => one.path.join('.') === path)
    return (
      claim?.display.find(({ locale }) => locale === language) ?? {
        label: code(path),
        description: undefined,
      }
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    offer.mutate(
      {
        type,
        claims: claimsOf(fields, typed),
        valid_minutes: how.minutes,
        deferred: how.isDeferred,
        ...(how.hasTxCode && { tx_code_length: TX_CODE_DIGITS }),
      },
      {
        onSuccess: (made) => {
          forget()
          client.setQueryData(['offer made', made.id], made)
          navigate({ to: '/verify/issuing/$id', params: { id: made.id } })
        },
      },
    )
  }
  return (
    <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
      <Stack gap="md">
        <Fieldset legend={say('says')}>
          <Stack gap="sm">
            {fields.map(({ path, schema, isRequired }) => {
              const { label, description } = labelOf(path)
              const shared = {
                label,
                description,
                required: isRequired,
                value: typed[path] ?? '',
              }
              return schema.enum ? (
                <NativeSelect
                  key={path}
                  {...shared}
                  data={[
                    { value: '', label: say('choose') },
                    ...schema.enum.map((value) => ({
                      value,
                      label: value === 'SOLE' || value === 'JOINT' ? say(value) : code(value),
                    })),
                  ]}
                  onChange={(event) => setTyped({ [path]: event.currentTarget.value })}
                />
              ) : (
                <TextInput
                  key={path}
                  {...shared}
                  type={schema.format === 'date' ? 'date' : isNumber(schema) ? 'number' : 'text'}
                  step={schema.type === 'number' ? 'any' : undefined}
                  pattern={schema.pattern}
                  maxLength={schema.maxLength ?? 1000}
                  onChange={(event) => setTyped({ [path]: event.currentTarget.value })}
                />
              )
            })}
          </Stack>
        </Fieldset>
        <Fieldset legend={say('how')}>
          <Stack gap="sm">
            <NativeSelect
              label={say('valid')}
              value={String(how.minutes)}
              data={minutes.map((value) => ({ value: String(value), label: say(`m${value}`) }))}
              onChange={(event) => setHow({ ...how, minutes: Number(event.currentTarget.value) })}
            />
            <Checkbox
              label={say('tx_code')}
              description={say('tx_code_text')}
              checked={how.hasTxCode}
              onChange={(event) => setHow({ ...how, hasTxCode: event.currentTarget.checked })}
            />
            <Checkbox
              label={say('deferred')}
              checked={how.isDeferred}
              onChange={(event) => setHow({ ...how, isDeferred: event.currentTarget.checked })}
            />
          </Stack>
        </Fieldset>
        {offer.error && <Failure error={offer.error} />}
        <Group>
          <Button type="submit" loading={offer.isPending}>
            {say('make')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  )
}

interface Field {
  /** With dots. */
  readonly path: string
  readonly schema: ClaimSchema
  readonly isRequired: boolean
}

const isNumber = ({ type }: ClaimSchema): boolean => type === 'number' || type === 'integer'

/** All that can be filled in, what is within something else as well. */
function fieldsOf(schema: ClaimSchema, above = '', isWanted = true): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, one]) => {
    const path = above + name
    const isRequired = isWanted && (schema.required?.includes(name) ?? false)
    return one.type === 'object' ? fieldsOf(one, `${path}.`, isRequired) : [{ path, schema: one, isRequired }]
  })
}

/** What was filled in, as the credential says it; what was left open is not in it. */
function claimsOf(
  fields: readonly Field[],
  typed: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  for (const { path, schema } of fields) {
    const text = typed[path]?.trim() ?? ''
    if (text === '') continue
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    let within = claims
    for (const step of steps) {
      within[step] ??= {}
      within = within[step] as Record<string, unknown>
    }
    within[last] = isNumber(schema) ? Number(text) : text
  }
  return claims
}
