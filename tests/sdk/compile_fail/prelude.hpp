#pragma once
// What every snippet of this folder starts from.
#include <tidegate/plugin.hpp>

#include <memory>
#include <span>

#define TIDEGATE_PLUGIN_ID "snippet"
#define TIDEGATE_PLUGIN_VERSION "0"
