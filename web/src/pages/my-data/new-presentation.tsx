import { Button, Checkbox, Group, NativeSelect, Paper, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Failure, Loaded, Page } from '../../ui/page'
import { ShownOnce } from '../../ui/shown-once'
import { useNames } from '../../words/names'
import { presentationWords } from '../../words/presentations'
import { useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Een bewijs als tekst maken',
    lead: 'Voor wie geen link of code heeft. U kiest wat erin staat; de tekst geldt alleen voor degene die u noemt.',
    back: 'Alles wat aan u is gevraagd',
    none: 'U hebt nog geen bewijs om iets uit te tonen.',
    fetch: 'Een bewijs ophalen',
    which: 'Uit welk bewijs?',
    what: 'Wat toont u?',
    audience: 'Voor wie? (DID of webadres)',
    nonce: 'Het kenmerk dat u kreeg',
    nonce_help:
      'Tekst die de ander u vooraf gaf, minstens acht tekens. Zo kan niemand uw bewijs nog eens gebruiken.',
    make: 'Tekst maken',
    made: 'Uw bewijs',
    made_text: 'Stuur deze tekst aan degene voor wie het is.',
  },
  en: {
    title: 'Make a proof as text',
    lead: 'For somebody without a link or code. You choose what is in it; the text counts only for the one you name.',
    back: 'All that was asked of you',
    none: 'You have no credential yet to show something of.',
    fetch: 'Fetch a credential',
    which: 'Of which credential?',
    what: 'What do you show?',
    audience: 'For whom? (DID or web address)',
    nonce: 'The mark that you were given',
    nonce_help:
      'Text that the other gave you beforehand, at least eight characters. So nobody can use your proof once more.',
    make: 'Make the text',
    made: 'Your proof',
    made_text: 'Send this text to the one it is for.',
  },
})

type Held = Output<'wallet.list'>['items'][number]

/** A proof as text, of what she chooses, for one reader. */
export default function NewPresentationPage() {
  const say = useWords(texts)
  const held = useRead('wallet.list', {})
  const items = held.data?.items.filter(({ standing }) => standing === 'valid') ?? []
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={<TextLink to="/data/presentations">{say('back')}</TextLink>}
    >
      <Loaded of={held}>
        {items.length === 0 ? (
          <Empty action={<TextLink to="/data/credentials">{say('fetch')}</TextLink>}>{say('none')}</Empty>
        ) : (
          <Make held={items} />
        )}
      </Loaded>
    </Page>
  )
}

function Make({ held }: { readonly held: readonly Held[] }) {
  const say = useWords(texts)
  const sayWhose = useWords(presentationWords)
  const { code } = useNames()
  const { language } = useLanguage()
  const make = useChange('presentations.create', [])
  // Of one type the newest is shown: the node chooses it.
  const types = held.filter(({ type }, at) => held.findIndex((one) => one.type === type) === at)
  const [type, setType] = useState(types[0]?.type ?? '')
  const [claims, setClaims] = useState<readonly string[]>([])
  const [audience, setAudience] = useState('')
  const [nonce, setNonce] = useState('')
  const chosen = types.find((one) => one.type === type)
  const isComplete = claims.length > 0 && audience.trim() !== '' && nonce.trim().length >= 8
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate({
      claims: claims.map((name) => `${type}.${name}`),
      audience: audience.trim(),
      nonce: nonce.trim(),
    })
  }
  return (
    <>
      <Paper withBorder p="md" radius="md" component="form" onSubmit={submit}>
        <Stack gap="md">
          <NativeSelect
            label={say('which')}
            value={type}
            maw={420}
            data={types.map((one) => ({
              value: one.type,
              label: `${one.title?.[language] ?? code(one.type)} (${sayWhose(one.for === 'me' ? 'of_me' : 'of_company')})`,
            }))}
            onChange={(event) => {
              setType(event.currentTarget.value)
              setClaims([])
            }}
          />
          <Checkbox.Group label={say('what')} value={[...claims]} onChange={setClaims}>
            <div className="choices">
              {chosen?.claims.map(({ name, title }) => (
                <Checkbox key={name} value={name} label={title?.[language] ?? code(name)} />
              ))}
            </div>
          </Checkbox.Group>
          <TextInput
            label={say('audience')}
            value={audience}
            required
            maxLength={2100}
            spellCheck={false}
            onChange={(event) => setAudience(event.currentTarget.value)}
          />
          <TextInput
            label={say('nonce')}
            description={say('nonce_help')}
            value={nonce}
            required
            maxLength={500}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setNonce(event.currentTarget.value)}
          />
          {make.error && <Failure error={make.error} />}
          <Group>
            <Button type="submit" loading={make.isPending} disabled={!isComplete}>
              {say('make')}
            </Button>
          </Group>
        </Stack>
      </Paper>
      {make.data && <ShownOnce title={say('made')} text={say('made_text')} value={make.data.presentation} />}
    </>
  )
}
