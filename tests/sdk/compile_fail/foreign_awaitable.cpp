// expect: co_await takes tg:: awaitables only
#include "prelude.hpp"
class P final : public tg::Plugin { public: tg::Task<> f() { co_await std::suspend_always{}; } };
