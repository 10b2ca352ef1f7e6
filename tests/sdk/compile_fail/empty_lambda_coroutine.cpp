// expect: a lambda cannot be a tg::Task coroutine
#include "prelude.hpp"
inline auto g = []() -> tg::Task<int> { co_await tg::Exec::sleep(1); co_return 1; };
