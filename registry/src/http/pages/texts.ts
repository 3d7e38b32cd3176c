/** Every text of the pages, in English and German. */
const en = {
  title: 'Sign in to the Nexus registry',
  heading: 'Sign in',
  asked: 'A terminal asks to act in your name.',
  compare: 'Compare this code with the address in your terminal:',
  from: 'Asked from',
  program: 'Program',
  otherAddress: 'This browser is at another address than that terminal. Go on only if you expected that.',
  name: 'Account name',
  email: 'E-mail address',
  password: 'Password',
  code: 'Code of the second factor',
  codeHint: 'Six digits of your authenticator app, or a recovery code. Leave it empty if your account has none.',
  confirm: 'I started this sign-in myself, and my terminal shows the code above.',
  allow: 'Sign in and allow',
  deny: 'That was not me',
  create: 'Create account and allow',
  noAccount: 'No account yet? Create one.',
  haveAccount: 'I have an account.',
  createHeading: 'Create an account',
  passwordHint: 'At least 10 characters. A phrase that you remember is best.',
  invite: 'Invite',
  doneHeading: 'You are signed in',
  doneText: 'Your terminal goes on by itself. You can close this page.',
  deniedHeading: 'Nothing was allowed',
  deniedText: 'The terminal that asked gets nothing. If somebody sent you this address, tell the operator.',
  goneHeading: 'This sign-in is over',
  goneText: 'It was decided already, or ten minutes have passed. Start it again in your terminal.',
  wrong: 'Name, password or code is not right. Look at them again; a code works once.',
  codeNeeded: 'This account has a second factor. Enter its code, and your password again.',
  tooOften: 'Too many attempts. Wait a few minutes.',
  taken: 'This name is taken. Choose another.',
  nameInvalid: 'A name has 1 to 64 lower-case letters and digits, with . _ or - between them.',
  passwordRefused: 'The password is too short or too long: 10 to 256 characters.',
  inviteInvalid: 'This invite is not valid. Ask for another.',
  unconfirmed: 'Confirm that you started this sign-in yourself.',
  foreign: 'This form came from elsewhere. Open the address of your terminal again.',
}

export type Texts = Readonly<Record<keyof typeof en, string>>

const de: Texts = {
  title: 'Anmelden bei der Nexus-Registry',
  heading: 'Anmelden',
  asked: 'Ein Terminal möchte in deinem Namen handeln.',
  compare: 'Vergleiche diesen Code mit der Adresse in deinem Terminal:',
  from: 'Gefragt von',
  program: 'Programm',
  otherAddress: 'Dieser Browser hat eine andere Adresse als das Terminal. Mach nur weiter, wenn du das erwartest.',
  name: 'Kontoname',
  email: 'E-Mail-Adresse',
  password: 'Passwort',
  code: 'Code des zweiten Faktors',
  codeHint:
    'Sechs Ziffern aus deiner Authenticator-App oder ein Wiederherstellungscode. Leer lassen, wenn dein Konto keinen hat.',
  confirm: 'Ich habe diese Anmeldung selbst begonnen, und mein Terminal zeigt den Code oben.',
  allow: 'Anmelden und erlauben',
  deny: 'Das war ich nicht',
  create: 'Konto anlegen und erlauben',
  noAccount: 'Noch kein Konto? Leg eines an.',
  haveAccount: 'Ich habe ein Konto.',
  createHeading: 'Konto anlegen',
  passwordHint: 'Mindestens 10 Zeichen. Am besten ein Satz, den du dir merkst.',
  invite: 'Einladung',
  doneHeading: 'Du bist angemeldet',
  doneText: 'Dein Terminal macht von selbst weiter. Du kannst diese Seite schließen.',
  deniedHeading: 'Nichts wurde erlaubt',
  deniedText:
    'Das Terminal, das gefragt hat, bekommt nichts. Hat dir jemand diese Adresse geschickt, sag es dem Betreiber.',
  goneHeading: 'Diese Anmeldung ist vorbei',
  goneText: 'Sie ist schon entschieden, oder zehn Minuten sind um. Beginne sie im Terminal neu.',
  wrong: 'Name, Passwort oder Code stimmt nicht. Sieh sie dir noch einmal an; ein Code gilt einmal.',
  codeNeeded: 'Dieses Konto hat einen zweiten Faktor. Gib seinen Code ein und noch einmal dein Passwort.',
  tooOften: 'Zu viele Versuche. Warte ein paar Minuten.',
  taken: 'Dieser Name ist vergeben. Wähle einen anderen.',
  nameInvalid: 'Ein Name hat 1 bis 64 kleine Buchstaben und Ziffern, dazwischen auch . _ oder -.',
  passwordRefused: 'Das Passwort ist zu kurz oder zu lang: 10 bis 256 Zeichen.',
  inviteInvalid: 'Diese Einladung gilt nicht. Bitte um eine andere.',
  unconfirmed: 'Bestätige, dass du diese Anmeldung selbst begonnen hast.',
  foreign: 'Dieses Formular kam von woanders. Öffne die Adresse aus deinem Terminal noch einmal.',
}

const languages: Readonly<Record<string, Texts>> = { en, de }

/** The language that a browser likes best among those there are. */
export function chooseLanguage(accepts: (...languages: string[]) => string | false): {
  language: string
  texts: Texts
} {
  const language = accepts('en', 'de') || 'en'
  return { language, texts: languages[language] ?? en }
}
