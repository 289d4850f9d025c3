-- CreateTable
CREATE TABLE "Experiment" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'compression',
    "status" TEXT NOT NULL DEFAULT 'queued',
    "model" TEXT NOT NULL,
    "benchmarks" TEXT[],
    "maxEpisodes" INTEGER NOT NULL,
    "budgetHours" DOUBLE PRECISION NOT NULL,
    "seed" INTEGER NOT NULL DEFAULT 0,
    "itemLimit" INTEGER,
    "spec" JSONB NOT NULL,
    "reference" JSONB,
    "hypervolume" DOUBLE PRECISION,
    "stage" TEXT,
    "terminationReason" TEXT,
    "error" JSONB,
    "eventSeq" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "stopRequestedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Experiment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Episode" (
    "id" UUID NOT NULL,
    "experimentId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "decision" JSONB,
    "recipe" JSONB,
    "recipeHash" TEXT,
    "artifact" JSONB,
    "error" JSONB,
    "frontImproved" BOOLEAN,
    "hypervolume" DOUBLE PRECISION,
    "seconds" JSONB,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Episode_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Solution" (
    "id" UUID NOT NULL,
    "experimentId" UUID NOT NULL,
    "episodeId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "recipe" JSONB NOT NULL,
    "artifactHash" TEXT,
    "accuracy" DOUBLE PRECISION NOT NULL,
    "latencyMs" DOUBLE PRECISION NOT NULL,
    "memoryGb" DOUBLE PRECISION NOT NULL,
    "modelSizeGb" DOUBLE PRECISION NOT NULL,
    "co2Grams" DOUBLE PRECISION NOT NULL,
    "evaluation" JSONB NOT NULL,
    "items" JSONB NOT NULL,
    "isBaseline" BOOLEAN NOT NULL DEFAULT false,
    "onFront" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Solution_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "experimentId" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("experimentId","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "Experiment_name_key" ON "Experiment"("name");

-- CreateIndex
CREATE INDEX "Experiment_createdAt_id_idx" ON "Experiment"("createdAt" DESC, "id");

-- CreateIndex
CREATE INDEX "Experiment_status_idx" ON "Experiment"("status");

-- CreateIndex
CREATE UNIQUE INDEX "Episode_experimentId_number_key" ON "Episode"("experimentId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Solution_episodeId_key" ON "Solution"("episodeId");

-- CreateIndex
CREATE UNIQUE INDEX "Solution_experimentId_number_key" ON "Solution"("experimentId", "number");

-- AddForeignKey
ALTER TABLE "Episode" ADD CONSTRAINT "Episode_experimentId_fkey" FOREIGN KEY ("experimentId") REFERENCES "Experiment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Solution" ADD CONSTRAINT "Solution_experimentId_fkey" FOREIGN KEY ("experimentId") REFERENCES "Experiment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Solution" ADD CONSTRAINT "Solution_episodeId_fkey" FOREIGN KEY ("episodeId") REFERENCES "Episode"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_experimentId_fkey" FOREIGN KEY ("experimentId") REFERENCES "Experiment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
