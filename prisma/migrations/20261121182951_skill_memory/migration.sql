-- CreateTable
CREATE TABLE "SkillRecord" (
    "id" UUID NOT NULL,
    "teamId" TEXT NOT NULL,
    "experimentId" UUID NOT NULL,
    "experiment" TEXT NOT NULL,
    "episode" INTEGER NOT NULL,
    "importedFrom" TEXT,
    "model" TEXT NOT NULL,
    "revision" TEXT,
    "family" TEXT NOT NULL,
    "parameters" DOUBLE PRECISION,
    "layers" INTEGER,
    "device" TEXT NOT NULL,
    "benchmarks" TEXT[],
    "itemLimit" INTEGER,
    "goal" JSONB NOT NULL,
    "label" TEXT NOT NULL,
    "recipe" JSONB NOT NULL,
    "recipeHash" TEXT NOT NULL,
    "runtime" TEXT NOT NULL,
    "ratios" JSONB,
    "figures" JSONB,
    "error" JSONB,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SkillRecord_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SkillRecord_teamId_at_id_idx" ON "SkillRecord"("teamId", "at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "SkillRecord_teamId_experimentId_episode_key" ON "SkillRecord"("teamId", "experimentId", "episode");
