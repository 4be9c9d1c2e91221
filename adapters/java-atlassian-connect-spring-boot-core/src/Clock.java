import java.io.IOException;
import java.lang.invoke.MethodHandles;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The clock that the library reads.
 *
 * <p>A class of the library asks the system for the time, and callers cannot set it. That class is loaded with this one call
 * replaced by a call of this clock, and is otherwise unchanged.
 */
public final class Clock {
    private static volatile long millis;

    private Clock() {}

    static void freeze(long seconds) throws Protocol.Unsupported {
        try {
            millis = Math.multiplyExact(seconds, 1000L);
        } catch (ArithmeticException error) {
            throw new Protocol.Unsupported("reads a clock of 64 bits of milliseconds");
        }
    }

    /** Called by the class of the library. */
    public static long millis() {
        return millis;
    }

    /**
     * Loads a class of the library with this clock.
     *
     * @param neighbour any other class of the same package
     */
    static void putInto(String simpleName, Class<?> neighbour) throws IOException, IllegalAccessException {
        var reader = new ClassReader(neighbour.getResourceAsStream(simpleName + ".class"));
        var writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        var changed = new Changed(writer);
        reader.accept(changed, 0);
        if (changed.calls != 1 || changed.others != 0) {
            throw new IllegalStateException(simpleName + " asks for the time in another way than once by new Date()");
        }
        MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(writer.toByteArray());
    }

    private static final class Changed extends ClassVisitor {
        int calls;
        int others;

        Changed(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] exceptions) {
            return new MethodVisitor(api, super.visitMethod(access, name, type, signature, exceptions)) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
                    if (owner.equals("java/util/Date") && name.equals("<init>") && type.equals("()V")) {
                        calls++;
                        super.visitMethodInsn(Opcodes.INVOKESTATIC, "Clock", "millis", "()J", false);
                        super.visitMethodInsn(opcode, owner, name, "(J)V", isInterface);
                        return;
                    }
                    // A Calendar is set to a Date before it is used.
                    boolean isTime = switch (owner) {
                        case "java/lang/System" -> name.equals("currentTimeMillis") || name.equals("nanoTime");
                        default -> owner.startsWith("java/time/") && (name.equals("now") || name.startsWith("system"));
                    };
                    others += isTime ? 1 : 0;
                    super.visitMethodInsn(opcode, owner, name, type, isInterface);
                }
            };
        }
    }
}
