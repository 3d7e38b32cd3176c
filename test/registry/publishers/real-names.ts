/** Names of much used packages on npm, from memory and from this repository's own dependency tree. */
export const REAL_NAMES: readonly string[] = (
  'react react-dom react-router redux react-redux preact vue vuex vue-router angular svelte solid-js lit express koa ' +
  'fastify hapi restify connect body-parser cookie-parser cookie cookies cookie-signature cors helmet morgan compression ' +
  'serve-static send finalhandler parseurl qs query-string querystring url-parse path-to-regexp lodash underscore ramda ' +
  'immutable immer rxjs async bluebird q co p-limit p-queue p-retry axios request superagent got node-fetch undici ky ' +
  'cross-fetch isomorphic-fetch whatwg-fetch http-proxy https-proxy-agent socks-proxy-agent ws socket.io engine.io ' +
  'mqtt amqplib kafkajs redis ioredis mongodb mongoose mysql mysql2 pg pg-pool sqlite3 better-sqlite3 knex sequelize ' +
  'typeorm prisma objection bookshelf moment moment-timezone dayjs date-fns luxon ms uuid nanoid shortid cuid chalk ' +
  'colors kleur picocolors ansi-styles ansi-regex strip-ansi string-width wrap-ansi supports-color debug winston pino ' +
  'bunyan log4js loglevel commander yargs minimist meow inquirer prompts enquirer ora listr figlet boxen cli-table ' +
  'glob globby fast-glob minimatch micromatch picomatch anymatch chokidar rimraf mkdirp fs-extra graceful-fs del tmp ' +
  'semver validator joi yup zod ajv superstruct io-ts jsonwebtoken jose passport bcrypt bcryptjs argon2 crypto-js ' +
  'nodemailer handlebars mustache ejs pug nunjucks marked markdown-it remark rehype cheerio jsdom htmlparser2 parse5 ' +
  'xml2js fast-xml-parser csv-parse papaparse js-yaml yaml toml ini dotenv dotenv-expand config convict rc cosmiconfig ' +
  'webpack webpack-cli webpack-dev-server rollup vite esbuild parcel browserify gulp grunt babel-core babel-loader ' +
  'ts-node ts-loader typescript tslib eslint prettier stylelint husky lint-staged jest mocha chai sinon ava tape tap ' +
  'vitest cypress playwright puppeteer selenium-webdriver nightwatch karma jasmine nyc c8 istanbul codecov nodemon pm2 ' +
  'forever concurrently npm-run-all cross-env cross-spawn execa shelljs which sharp jimp gm canvas pdfkit pdf-lib ' +
  'jspdf exceljs xlsx archiver tar unzipper adm-zip jszip pako three d3 chart.js echarts leaflet mapbox-gl phaser ' +
  'pixi.js gsap animejs jquery bootstrap tailwindcss sass less postcss autoprefixer cssnano styled-components emotion ' +
  'classnames clsx next nuxt gatsby remix astro electron cordova ionic expo graphql apollo-server apollo-client relay ' +
  'swr mobx zustand jotai recoil xstate formik react-hook-form final-form i18next react-i18next vue-i18n storybook ' +
  'faker casual chance nock msw supertest sinon-chai enzyme stripe twilio aws-sdk firebase openai langchain ethers web3 ' +
  'discord.js telegraf slack node-sass node-gyp node-pre-gyp nan bindings bignumber.js decimal.js big.js mathjs ' +
  'lru-cache node-cache memory-cache keyv cacheable-request object-assign object-keys is-plain-object is-number isarray ' +
  'inherits safe-buffer readable-stream through2 concat-stream end-of-stream once wrappy yallist brace-expansion ' +
  'balanced-match fill-range to-regex-range braces kind-of extend deep-equal deepmerge merge2 lodash.merge escape-html ' +
  'escape-string-regexp he entities iconv-lite bytes raw-body content-type media-typer mime mime-types mime-db accepts ' +
  'negotiator vary etag fresh range-parser on-finished ee-first depd http-errors statuses toidentifier destroy unpipe'
).split(' ')

/** Packages that were found squatting, and whose name they wanted to be mistaken for. */
export const SQUATTED: readonly (readonly [string, string])[] = [
  ['crossenv', 'cross-env'],
  ['cross-env.js', 'cross-env'],
  ['d3.js', 'd3'],
  ['jquery.js', 'jquery'],
  ['mongose', 'mongoose'],
  ['nodemailer-js', 'nodemailer'],
  ['nodemailer.js', 'nodemailer'],
  ['node-sqlite3', 'sqlite3'],
  ['noderequest', 'request'],
  ['nodesass', 'node-sass'],
  ['shadowsock', 'shadowsocks'],
  ['gruntcli', 'grunt-cli'],
  ['http-proxy.js', 'http-proxy'],
  ['babelcli', 'babel-cli'],
  ['ffmepg', 'ffmpeg'],
  ['coffescript', 'coffeescript'],
  ['coffe-script', 'coffee-script'],
  ['lodahs', 'lodash'],
  ['loadsh', 'lodash'],
  ['1odash', 'lodash'],
  ['lodashs', 'lodash'],
  ['expres', 'express'],
  ['expresss', 'express'],
  ['axois', 'axios'],
  ['axioss', 'axios'],
  ['recat', 'react'],
  ['momnet', 'moment'],
  ['electorn', 'electron'],
  ['twilio-npm', 'twilio'],
  ['reqeust', 'request'],
  ['dotnev', 'dotenv'],
  ['typescirpt', 'typescript'],
  ['comrnander', 'commander'],
  ['web-pack', 'webpack'],
  ['discord-js', 'discord.js'],
  ['body_parser', 'body-parser'],
  ['tailwind-css', 'tailwindcss'],
  ['pupeteer', 'puppeteer'],
  ['event_stream', 'event-stream'],
  ['bable-core', 'babel-core'],
]
