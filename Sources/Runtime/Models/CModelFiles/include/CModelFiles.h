// Everything that Swift sees of this target.
#pragma once
#include "hub_transfer.h"
#include "model_files.h"
