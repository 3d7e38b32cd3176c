/** The state of a room for one workspace, as a word that changes with it: other nodes compare and read again. */
export interface RoomMarkRow {
  readonly room: string
  readonly workspaceId: string
  readonly mark: string
}

export interface RoomMarkRows {
  list(room: string): Promise<readonly RoomMarkRow[]>
  put(row: RoomMarkRow): Promise<void>
}
