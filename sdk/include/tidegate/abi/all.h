/* Everything a plugin can see. */
#ifndef TIDEGATE_ABI_ALL_H
#define TIDEGATE_ABI_ALL_H
#include <tidegate/abi/base.h>
#include <tidegate/abi/bus.h>
#include <tidegate/abi/channel.h>
#include <tidegate/abi/docs.h>
#include <tidegate/abi/exec.h>
#include <tidegate/abi/host.h>
#include <tidegate/abi/http.h>
#include <tidegate/abi/kv.h>
#include <tidegate/abi/lease.h>
#include <tidegate/abi/metrics.h>
#include <tidegate/abi/plugin.h>
#include <tidegate/abi/presence.h>
#include <tidegate/abi/session.h>
#include <tidegate/abi/stream.h>
#endif
