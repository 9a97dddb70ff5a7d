/**
 * What the program sends, as the page uses it. The shapes below are those of the contract.
 *
 * @typedef {{day: number, to: "insurgent"|"government", how: string, by: string, sure: "high"|"medium"|"low"}} RecordEvent
 * @typedef {{id: string, name: string, province: string, capital: 0|1, path: string|null, mark: [number, number]|null, record: RecordEvent[]}} District
 * @typedef {{key: string, title: string, definition: string, units: number, total: number, source: string}} Tracker
 * @typedef {{day: number, low: number, high: number|null, hollow: boolean, says: string, id?: string}} Point
 * @typedef {{tracker: string, of: string, points: Point[]}} RecordRow
 * @typedef {{day: number, kind: string, words: string, value: string, place: string, text: string, source: string, known: string}} CalendarEvent
 * @typedef {[number, number][]} Knots
 * @typedef {{key: string, words: string, unit: string, low: number, high: number, knots: Knots}} Series
 * @typedef {{value: number, low: number, high: number, unit: string, prior: string, reason: string}} Strength
 * @typedef {{name: string, words: string, says: string, wrong_if: string, claims: string[], sources: string[], followed: string, strength: Strength}} Mechanism
 * @typedef {{key: string, words: string, strengths: Record<string, number>}} Preset
 * @typedef {{id: string, who: string, stance: string, says: string, mechanism: string, verdict: string|null}} Claim
 * @typedef {{date: string, place: string, count: string, whom: string, what: string, stance: string, speaker: string, note: string}} Afterwards
 * @typedef {[number, number, number]} Span middle, low, high
 * @typedef {{known: string, worlds: number, confusion: boolean, rows: {group: string[], share: Span, alone: number|null, last: number|null, strength: Span|null}[], ground: Span}} Verdicts
 * @typedef {{format: number, version: string, scenario: string, hash: string, title: string, summary: string, start: string, days: number,
 *   known_wrong?: string[], map: {width: number, height: number, borders: string, caption?: string}|null, districts: District[], trackers: Tracker[], record: RecordRow[],
 *   calendar: CalendarEvent[], series: Series[], mechanisms: Mechanism[], presets: Preset[], claims: Claim[], afterwards: Afterwards[],
 *   verdicts: Verdicts|null, limits: {members: [number, number], seed: [number, number]}}} Theatre
 *
 * @typedef {{members: number, seed: number, strengths: Record<string, number>, series: Record<string, Knots>, set: "default"|"prior"}} Asked
 * @typedef {[chance: number, low: number|null, middle: number|null, high: number|null, manners: number[], wars: number, fell: number]} DistrictResult
 * @typedef {{id: string, version: string, seed: number, members: number, of: number, parameters: string, world: string, made: string, seconds: number,
 *   asked: (Partial<Asked> & {members: number, seed: number})|null, forecast_from: number|null,
 *   curves: {tracker: string, of: string, bands: number[][]}[], falls: number[],
 *   soldiers: {names: string[], mean: number[][]}, fates: [string, Span, Span|null][], districts: DistrictResult[],
 *   why: [string, number, number, number][], weeks: number[], pushers: string[], step: number, collapsed: number,
 *   inside: [string, number, number][], parameters_more?: string, warning?: string, beside?: Beside[], known_wrong?: string[],
 *   in_sample?: {rows: number, of: number, ids: string[], words: string}, collapse_likely?: [number, number], collapse_words?: string}} RunCommon
 * @typedef {{tracker: string, title: string, rows: number, inside: number, fitted: number, width: number|null, at_least: number, at_least_agree: number, claims: number}} Beside
 * @typedef {RunCommon & {states: string, fallen: string, held: string, push: string|null}} SentRun as it travels
 * @typedef {RunCommon & {states: Uint8Array, fallen: Uint8Array, held: Uint8Array, push: Int8Array|null}} Run as the page holds it
 */

/** @param {string} text base64 */
export function bytes(text) {
  const raw = atob(text);
  const found = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
  return found;
}

/**
 * @param {SentRun} sent
 * @param {Theatre} theatre
 * @returns {Run}
 */
export function decodeRun(sent, theatre) {
  const cells = theatre.days * theatre.districts.length;
  const grid = (/** @type {"states"|"fallen"|"held"} */ name) => {
    const found = bytes(sent[name]);
    if (found.length !== cells) throw new Error(`run ${sent.id}: ${name} has ${found.length} cells, the theatre ${cells}`);
    return found;
  };
  return {
    ...sent,
    states: grid("states"),
    fallen: grid("fallen"),
    held: grid("held"),
    push: sent.push ? new Int8Array(bytes(sent.push).buffer) : null,
  };
}

/** @param {Run} run */
export const isComplete = (run) => run.members >= run.of;
