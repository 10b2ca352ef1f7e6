#pragma once

// Everything an author needs: derive a class from tg::Plugin, give it hooks, write TG_PLUGIN(Class) once.
// Header-only; builds with g++ 12 and clang 16, C++20. sdk/README.md is the guide.

#include <tidegate/bus.hpp>
#include <tidegate/bytes.hpp>
#include <tidegate/channel.hpp>
#include <tidegate/docs.hpp>
#include <tidegate/entry.hpp>
#include <tidegate/exec.hpp>
#include <tidegate/http.hpp>
#include <tidegate/json/reader.hpp>
#include <tidegate/json/writer.hpp>
#include <tidegate/lease.hpp>
#include <tidegate/log.hpp>
#include <tidegate/message.hpp>
#include <tidegate/metrics.hpp>
#include <tidegate/patch.hpp>
#include <tidegate/plugin_base.hpp>
#include <tidegate/presence.hpp>
#include <tidegate/principal.hpp>
#include <tidegate/session.hpp>
#include <tidegate/status.hpp>
#include <tidegate/streams.hpp>
#include <tidegate/task.hpp>
#include <tidegate/values.hpp>
