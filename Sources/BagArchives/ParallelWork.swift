import Dispatch
import Synchronization

/// Spreads independent pieces of work over cores, each worker with one buffer of its own, so that memory does not grow with the work.
enum ParallelWork {
    /// What workers read and write through, in bytes.
    static let bufferSize = 1 << 18

    /// Runs `body` for each index, in the given order as workers become free. After a fault no new piece is begun.
    /// - Throws: of the faults that came up, the one of the smallest index, so that the same fault is named on any number of cores in the usual case.
    static func run(order: [Int], cores: Int, body: @Sendable (Int, UnsafeMutableRawBufferPointer) throws -> Void) throws {
        let state = State()
        let workers = max(1, min(cores, order.count))
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 4096)
            defer { buffer.deallocate() }
            while let at = state.next(order.count) {
                do { try body(order[at], buffer) } catch { state.fail(order[at], error) }
            }
        }
        if let fault = state.fault { throw fault }
    }

    /// Large pieces first, largest ahead, so that none of them is begun when all other work is done; the small ones in their order.
    static func order(sizes: [Int]) -> [Int] {
        let large = 4 << 20
        let big = sizes.indices.filter { sizes[$0] >= large }.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        return big + sizes.indices.filter { sizes[$0] < large }
    }

    private final class State: Sendable {
        private struct Content {
            var next = 0
            var fault: (index: Int, error: any Error)?
        }
        private let content = Mutex(Content())

        func next(_ count: Int) -> Int? {
            content.withLock { content in
                guard content.fault == nil, content.next < count else { return nil }
                content.next += 1
                return content.next - 1
            }
        }

        func fail(_ index: Int, _ error: any Error) {
            content.withLock { content in
                if let known = content.fault, known.index <= index { return }
                content.fault = (index, error)
            }
        }

        var fault: (any Error)? { content.withLock { $0.fault?.error } }
    }
}
