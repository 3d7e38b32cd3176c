import { html, type TemplateResult } from 'lit'
import { formatNumber } from '../i18n/format.ts'
import { t } from '../i18n/translate.ts'

const ALL = [1, 2, 3, 4, 5] as const

/** Stars as people know them; the number is said, so that neither colour nor shape is needed. */
export const stars = (rating: number): TemplateResult =>
  html`<span class="stars" role="img" aria-label=${t('reviews.stars', { rating: formatNumber(rating), of: 5 })}
    ><span aria-hidden="true" translate="no"
      >${ALL.map((star) => (star <= Math.round(rating) ? '★' : '☆')).join('')}</span
    ></span
  >`

/** How many people gave how many stars. */
export const histogram = (counts: readonly number[]): TemplateResult => {
  const most = Math.max(1, ...counts)
  return html`<ul class="histogram" aria-label=${t('reviews.histogram')}>
    ${ALL.toReversed().map((star) => {
      const count = counts[star - 1] ?? 0
      return html`<li>
        <span class="small">${t('reviews.starCount', { count: star })}</span>
        <progress class="bar" aria-hidden="true" max=${most} .value=${count}></progress>
        <span class="small num">${formatNumber(count)}</span>
      </li>`
    })}
  </ul>`
}

/** One to five as a group of radio buttons. */
export const starChoice = (value: number, onChange: (rating: number) => void): TemplateResult =>
  html`<fieldset class="star-choice">
    <legend>${t('reviews.rating')}</legend>
    <div class="row">
      ${ALL.map(
        (star) =>
          html`<label class="check"
            ><input
              type="radio"
              name="rating"
              value=${star}
              .checked=${value === star}
              @change=${() => onChange(star)}
            /><span>${t('reviews.starCount', { count: star })}</span></label
          >`,
      )}
    </div>
  </fieldset>`
