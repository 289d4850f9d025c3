/** What an experiment leaves on disk. */

export interface ResultFile {
  /** Within the experiment's folder. */
  path: string;
  bytes: number;
  sha256: string;
  modifiedAt: string;
}

/** An artifact that an episode made; its files are listed by its manifest. */
export interface LeftArtifact {
  episode: number;
  label: string;
  hash: string;
  format: string;
  /** Of the weights. */
  bytes: number;
}

export interface ExperimentFileList {
  folder: string;
  results: ResultFile[];
  artifacts: LeftArtifact[];
}

/** An artifact's manifest, as far as it is shown. */
export interface ArtifactManifest {
  hash: string;
  format: string;
  created_at: string;
  base_model: string;
  base_revision: string;
  seed: number;
  parameters: number;
  weight_bytes: number;
  files: { path: string; bytes: number; sha256: string }[];
  versions: Record<string, string>;
}
