import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useWords, words } from '../words/words'

const texts = words({
  nl: {
    phrase: 'Wachtzin',
    help: 'Minstens 12 tekens',
    again: 'Nog een keer',
    differs: 'Dit is niet dezelfde wachtzin',
  },
  en: {
    phrase: 'Passphrase',
    help: 'At least 12 characters',
    again: 'Once more',
    differs: 'This is not the same passphrase',
  },
})

const MIN_CHARS = 12

/** What somebody thinks up to encrypt a file with: typed twice, since nobody can find it back. */
export function useNewPassphrase() {
  const [phrase, setPhrase] = useState('')
  const [again, setAgain] = useState('')
  const isReady = [...phrase].length >= MIN_CHARS && phrase === again
  const clear = () => {
    setPhrase('')
    setAgain('')
  }
  return { phrase, isReady, clear, fields: { phrase, setPhrase, again, setAgain } }
}

export function NewPassphrase({
  fields: { phrase, setPhrase, again, setAgain },
}: Pick<ReturnType<typeof useNewPassphrase>, 'fields'>) {
  const say = useWords(texts)
  return (
    <>
      <Passphrase description={say('help')} value={phrase} onChange={setPhrase} />
      <Passphrase
        label={say('again')}
        value={again}
        onChange={setAgain}
        {...(again !== '' && again !== phrase && { error: say('differs') })}
      />
    </>
  )
}

/** The passphrase of a file. */
export function Passphrase({
  label,
  description,
  value,
  error,
  onChange,
}: {
  readonly label?: string
  readonly description?: string
  readonly value: string
  readonly error?: string
  readonly onChange: (value: string) => void
}) {
  const say = useWords(texts)
  return (
    <PasswordInput
      label={label ?? say('phrase')}
      description={description}
      value={value}
      error={error}
      autoComplete="off"
      required
      w="100%"
      maw={420}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
